using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Cli.Tests;

/// <summary>Promise: <c>journal resolve</c> ends the listing of a parked session, says what it did, and refuses with a reason what it cannot do.</summary>
public sealed class ResolveTests : ISessionOwner, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-resolve-").FullName;

    [Fact]
    public void AResolvedSessionIsShownAsSuchAndNoLongerAsUnresolved()
    {
        Park();
        (int code, string output, _) = Run("unresolved", "--json");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("\"session\":1,", output, StringComparison.Ordinal);

        (code, output, _) = Run("resolve", "1", "--as", "not-charged", "--note", "asked\nthem");
        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("session 1 call-1", output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Success, "no session is unresolved\n"), Run("unresolved") is var (left, text, _) ? (left, text.ReplaceLineEndings("\n")) : default);
        Assert.Contains("Resolved session 1: NotCharged, asked?them", Run("show").Output, StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"NotCharged\",\"note\":\"asked\\nthem\"", Run("show", "--json").Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, Run("verify").Code);
    }

    [Fact]
    public void WhatCannotBeResolvedIsNamed()
    {
        Park();
        Assert.Contains("2 is not the number of a parked session", Run("resolve", "2", "--as", "charged").Error, StringComparison.Ordinal);
        Assert.Contains("--as", Run("resolve", "1").Error, StringComparison.Ordinal);
        using (JournalFolder.Own(_folder))
        {
            (int code, _, string error) = Run("resolve", "1", "--as", "charged");
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains("belongs to another process", error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Failure, Run("unresolved").Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause)
    {
    }

    void ISessionOwner.OnSettled(ChargingSession session)
    {
    }

    /// <summary>A session whose CDR the engine refuses.</summary>
    private void Park()
    {
        using SharedJournal journal = SharedJournal.Open(_folder, new JournalOptions { SegmentBytes = 256 * 1024 }, new JournalReplay());
        RecordingEngineClient engine = new();
        ChargingSession session = new ChargingSessions(engine, TimeProvider.System, journal.AddLane())
            .Open(this, new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002");
        session.Answer();
        engine.Take().Reply("{}");
        session.End(EndCause.CallerBye);
        engine.Take().Reply("\"OK\"");
        engine.Take().Fail(RpcStatus.EngineError, "MANDATORY_IE_MISSING: [Account]");
    }

    private (int Code, string Output, string Error) Run(string command, params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = CommandLine.Run(["journal", command, _folder, .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
