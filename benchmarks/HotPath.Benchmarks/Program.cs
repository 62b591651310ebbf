using BenchmarkDotNet.Running;
using HotPath.Benchmarks;

switch (args)
{
    case ["allocations"]:
        return AllocationCheck.Run(write: false);
    case ["allocations", "--write"]:
        return AllocationCheck.Run(write: true);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(AllocationCheck).Assembly).Run(args);
        return 0;
}
