using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace HotPath.Generators.Tests;

/// <summary>Guards: a program outside this repository declares a command of its own and gets all that the catalogue's commands have.</summary>
public sealed class ConsumerTests
{
    private const string Program = """
        using System;
        using System.Buffers;
        using System.Text;
        using HotPath.Commands;

        namespace Consumer.Billing;

        public static class Program
        {
            public static string WriteAndRead()
            {
                DoThing command = new() { DryRun = true, Account = "1001", Amount = -5, Usage = TimeSpan.FromSeconds(12), Times = 2 };
                ArrayBufferWriter<byte> output = new();
                command.Encode(output, CgrDialect.Current);
                CgrReadResult read = DoThing.TryReadRequest(output.WrittenSpan, CgrDialect.Current, new CgrScratch(), out DoThing same);
                return $"{Method<DoThing, DoThingReply>()} {Encoding.UTF8.GetString(output.WrittenSpan)} {read} {same.Account.ToString()} {same.Amount} {same.Usage}";
            }

            public static string Defaults()
            {
                CgrReadResult read = DoThing.TryReadRequest("{\"Event\":{\"Account\":\"1001\",\"Currency\":null}}"u8, CgrDialect.Current, new CgrScratch(), out DoThing command);
                return $"{read} {command.Amount} {command.Currency.ToString()} {command.Grace}";
            }

            public static string Reply(string result)
            {
                CgrReadResult read = DoThingReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.Current, out DoThingReply reply);
                return $"{read} {reply.Done} {reply.Note} {reply.Left}";
            }

            private static string Method<TCommand, TReply>()
                where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
                where TReply : struct, ICgrReply<TReply> =>
                Encoding.UTF8.GetString(TCommand.GetMethod(CgrDialect.Current)) + (TCommand.IsMethod("MyServiceV0.DoThing"u8, out _) ? "+" : "-") + TCommand.Repeat;
        }
        """;

    [Fact]
    public void Its_own_command_is_written_and_read()
    {
        Compilation compilation = SchemaCompilation.Generate(SchemaCompilation.Create(SampleDeclarations.Source, Program));
        using MemoryStream image = new();
        EmitResult emitted = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));

        image.Position = 0;
        AssemblyLoadContext context = new("Consumer", isCollectible: true);
        MethodInfo Find(string name) => context.Assemblies.First().GetType("Consumer.Billing.Program")!.GetMethod(name)!;
        context.LoadFromStream(image);

        Assert.Equal(
            """MyServiceV1.DoThing+Never {"DryRun":true,"Event":{"Account":"1001","Amount":-5,"Currency":"EUR","Times":2,"Usage":"12s","Grace":0}} ok 1001 -5 12s""",
            Find("WriteAndRead").Invoke(null, null));
        Assert.Equal("ok 1 EUR 0s", Find("Defaults").Invoke(null, null));
        Assert.Equal("ok True fine 1.5s", Find("Reply").Invoke(null, ["""{"Done":true,"Note":"fine","Left":1.5}"""]));
        Assert.Equal("WrongType at byte 8, member Done False  ", Find("Reply").Invoke(null, ["""{"Done":"maybe"}"""]));
        context.Unload();
    }
}
