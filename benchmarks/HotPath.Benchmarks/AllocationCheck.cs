using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace HotPath.Benchmarks;

/// <summary>
/// Compares the bytes that each operation allocates with those kept in <c>benchmarks/baselines/allocations.json</c>. They are the same on every
/// machine and however busy it is, so a change of them can fail a build; times cannot. Benchmarks take part by <see cref="Category"/>: those of
/// this code, not the yardsticks, which the runtime may compile better one time than another.
/// </summary>
internal static class AllocationCheck
{
    /// <summary>Marks a benchmark whose work is done when it returns, on the thread that calls it.</summary>
    public const string Category = "Allocations";

    private const int Rounds = 5;
    private const int OperationsPerRound = 1_000;

    /// <summary>Enough for the runtime to have compiled the code for good.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Prints what was measured. Returns 0 if nothing allocates more than it did; with <paramref name="write"/>, keeps the figures.</summary>
    public static int Run(bool write)
    {
        string path = Path.Combine(BaselineFolder(), "allocations.json");
        Dictionary<string, long> kept = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(path))! : [];
        SortedDictionary<string, long> measured = new(StringComparer.Ordinal);
        foreach (IGrouping<Type, MethodInfo> benchmarks in typeof(AllocationCheck).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(IsMarked).GroupBy(method => method.DeclaringType!))
        {
            Measure(benchmarks.Key, benchmarks, measured);
        }

        int worse = 0;
        foreach ((string operation, long bytes) in measured)
        {
            string verdict = !kept.Remove(operation, out long before) ? "new" : bytes > before ? $"MORE than {before}" : bytes < before ? $"less than {before}" : "";
            worse += bytes > before && verdict.Length != 0 ? 1 : 0;
            Console.WriteLine($"{operation,-60} {bytes,8} B {verdict}");
        }

        foreach (string gone in kept.Keys)
        {
            Console.WriteLine($"{gone,-60}   is not measured any more");
        }

        if (write)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(measured, s_json) + "\n");
            return 0;
        }

        Console.WriteLine($"{measured.Count} operations, {worse} allocate more than kept in the baseline, {kept.Count} are missing");
        return worse == 0 && kept.Count == 0 && measured.Count != 0 ? 0 : 1;
    }

    private static bool IsMarked(MethodInfo method) => method.GetCustomAttribute<BenchmarkCategoryAttribute>()?.Categories.Contains(Category) == true;

    private static void Measure(Type type, IEnumerable<MethodInfo> benchmarks, SortedDictionary<string, long> measured)
    {
        object benchmark = Activator.CreateInstance(type)!;
        PropertyInfo? parameter = type.GetProperties().SingleOrDefault(property => property.GetCustomAttribute<ParamsAttribute>() is not null);
        foreach (object? value in parameter?.GetCustomAttribute<ParamsAttribute>()!.Values ?? [null])
        {
            parameter?.SetValue(benchmark, value);
            foreach (MethodInfo setup in type.GetMethods().Where(method => method.GetCustomAttribute<GlobalSetupAttribute>() is not null))
            {
                setup.Invoke(benchmark, null);
            }

            foreach (MethodInfo method in benchmarks)
            {
                string name = parameter is null ? $"{type.Name}.{method.Name}" : $"{type.Name}.{method.Name}({value})";
                measured.Add(name, Measure(Expression.Lambda<Action>(Expression.Block(typeof(void), Expression.Call(Expression.Constant(benchmark), method))).Compile()));
            }
        }
    }

    /// <summary>The least of several rounds: the runtime allocates now and then on its own account.</summary>
    private static long Measure(Action operation)
    {
        for (long end = Environment.TickCount64 + (long)s_warmUp.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            operation();
        }

        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < OperationsPerRound; i++)
            {
                operation();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / OperationsPerRound;
    }

    private static string BaselineFolder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "..", "baselines");
}
