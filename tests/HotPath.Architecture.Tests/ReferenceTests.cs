using System.Text.RegularExpressions;

namespace HotPath.Architecture.Tests;

/// <summary>
/// References follow the way of a call and nothing else: SIP → edge → billing → RPC, with the command schemas below and the charging
/// engine beside them. A reference against that direction fails here before anybody builds on it.
/// </summary>
public sealed partial class ReferenceTests
{
    private static readonly string[] s_core =
        ["HotPath.Commands", "HotPath.Rpc", "HotPath.Sip", "HotPath.Billing", "HotPath.Edge", "HotPath.Charging"];

    /// <summary>Every project of the layout, and what it may be compiled against. What is not listed may not be referenced.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["src/HotPath.Commands"] = [],
        ["src/HotPath.Rpc"] = ["HotPath.Commands"],
        ["src/HotPath.Sip"] = [],
        ["src/HotPath.Billing"] = ["HotPath.Commands", "HotPath.Rpc"],
        ["src/HotPath.Edge"] = ["HotPath.Sip", "HotPath.Billing", "HotPath.Rpc", "HotPath.Commands"],
        ["src/HotPath.Charging"] = ["HotPath.Commands", "HotPath.Rpc"],
        ["src/HotPath.Cli"] = s_core,

        ["generators/HotPath.Generators"] = [],
        ["generators/HotPath.Generators.CodeFixes"] = ["HotPath.Generators"],

        ["tests/HotPath.Testing"] = s_core,
        ["tests/HotPath.Architecture.Tests"] = ["HotPath.Testing"],
        ["tests/HotPath.Commands.Tests"] = ["HotPath.Commands", "HotPath.Testing"],
        ["tests/HotPath.Rpc.Tests"] = ["HotPath.Rpc", "HotPath.Testing", "rpc-client"],
        ["tests/HotPath.Sip.Fuzz"] = ["HotPath.Sip", "HotPath.Testing"],
        ["tests/HotPath.Sip.Tests"] = ["HotPath.Sip", "HotPath.Sip.Fuzz", "HotPath.Testing"],
        ["tests/HotPath.Billing.Tests"] = ["HotPath.Billing", "HotPath.Testing", "link-the-core"],
        ["tests/HotPath.Edge.Tests"] = ["HotPath.Edge", "HotPath.Testing"],
        ["tests/HotPath.Charging.Tests"] = ["HotPath.Charging", "HotPath.Testing"],
        ["tests/HotPath.Cli.Tests"] = ["HotPath.Cli", "HotPath.Testing"],
        ["tests/HotPath.Simulation.Tests"] = ["HotPath.Edge", "HotPath.Charging", "HotPath.Testing"],
        ["tests/HotPath.Load.Tests"] = ["HotPath.Load", "HotPath.Testing"],
        ["tests/HotPath.Generators.Tests"] = ["HotPath.Generators", "HotPath.Commands", "HotPath.Rpc", "HotPath.Testing", "custom-command"],
        ["tests/HotPath.Generators.CodeFixes.Tests"] = ["HotPath.Generators.CodeFixes", "HotPath.Generators", "HotPath.Commands", "HotPath.Testing"],

        ["benchmarks/HotPath.Benchmarks"] = [.. s_core, "HotPath.Testing", "HotPath.Generators"],
        ["benchmarks/HotPath.Load"] = [.. s_core, "HotPath.Testing"],

        ["samples/link-the-core"] = ["HotPath.Billing"],
        ["samples/rpc-client"] = ["HotPath.Rpc"],
        ["samples/custom-command"] = ["HotPath.Commands", "HotPath.Rpc"],
    };

    /// <summary>What the charging engine may use of the transport: the framing and the sockets, not the client side.</summary>
    private static readonly string[] s_transportFoldersOfTheEngine = ["Framing", "Sockets"];

    [Fact]
    public void ProjectsReferenceOnlyWhatTheLayoutAllows() =>
        Problems.AssertNone(
            from project in Repository.Projects
            let allowed = s_allowed.GetValueOrDefault(project.Folder)
            where allowed is not null
            from reference in project.References
            where !allowed.Contains(reference)
            select $"{project.Path}: references {reference}; it may reference {(allowed.Length == 0 ? "no project" : string.Join(", ", allowed))}");

    [Fact]
    public void TheLayoutAndTheFoldersAreTheSame() =>
        Problems.AssertNone(
        [
            .. s_allowed.Keys.Except(Repository.Projects.Select(project => project.Folder)).Select(folder => $"{folder}: the layout has this project, the repository has not"),
            .. Repository.Projects.Select(project => project.Folder).Except(s_allowed.Keys).Select(folder => $"{folder}: not in the layout; add it to {nameof(ReferenceTests)}.{nameof(s_allowed)} with what it may reference"),
        ]);

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = Repository.File("HotPath.sln").Text.Replace('\\', '/');
        Problems.AssertNone(
            from project in Repository.Projects
            where !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal)
            select $"{project.Path}: not in HotPath.sln, so that a build at the root leaves it out");
    }

    [Fact]
    public void CodeMentionsOnlyTheProjectsItMayReference()
    {
        string[] products = [.. s_allowed.Keys.Where(folder => folder.StartsWith("src/", StringComparison.Ordinal)).Select(folder => folder["src/".Length..])];
        Problems.AssertNone(
            from product in products
            let reachable = Reachable(product)
            from file in Repository.CodeBelow("src/" + product)
            from problem in ForbiddenMentions(file, products.Except(reachable))
            select problem);
    }

    [Fact]
    public void TheChargingEngineUsesNothingOfTheClientSideOfTheTransport()
    {
        string[] clientTypes =
        [
            .. Repository.CodeBelow("src/HotPath.Rpc")
                .Where(file => !s_transportFoldersOfTheEngine.Contains(file.Path.Split('/')[2]))
                .SelectMany(file => PublicType().Matches(file.Text).Select(match => match.Groups[1].Value))
                .Distinct(),
        ];
        Assert.Contains("IEngineClient", clientTypes);
        Problems.AssertNone(
            from file in Repository.CodeBelow("src/HotPath.Charging")
            from type in clientTypes
            where Regex.IsMatch(file.Text, $@"\b{type}\b")
            select $"{file.Path}: uses {type} of the engine client; the charging engine shares only {string.Join(" and ", s_transportFoldersOfTheEngine)} with it");
    }

    [Fact]
    public void AMentionAgainstTheDirectionIsFound()
    {
        SourceFile file = new("src/HotPath.Sip/Example.cs", "// HotPath.Billing is above this.\nusing HotPath.Billing;\nnamespace HotPath.Sip;");
        Assert.Equal(["src/HotPath.Sip/Example.cs:2: mentions HotPath.Billing, which this project does not know"], ForbiddenMentions(file, ["HotPath.Billing"]));
    }

    private static HashSet<string> Reachable(string product)
    {
        HashSet<string> known = [product];
        foreach (string reference in s_allowed["src/" + product])
        {
            known.UnionWith(Reachable(reference));
        }

        return known;
    }

    private static IEnumerable<string> ForbiddenMentions(SourceFile file, IEnumerable<string> forbidden) =>
        from line in file.Lines
        where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
        from project in forbidden
        where Regex.IsMatch(line.Text, Regex.Escape(project) + @"\b(?!\.Tests)")
        select $"{file.Path}:{line.Number}: mentions {project}, which this project does not know";

    [GeneratedRegex(@"^public [\w ]*?\b(?:class|struct|interface|enum|record struct|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
