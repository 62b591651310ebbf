using System.Xml.Linq;

namespace HotPath.Architecture.Tests;

/// <summary>A clone builds with the packages it was written with: every version stands in one file, and every project has its lock file.</summary>
public sealed class PackageTests
{
    private static readonly XDocument s_central = XDocument.Parse(Repository.File("Directory.Packages.props").Text);

    private static readonly string[] s_centralNames = [.. s_central.Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value)];

    [Fact]
    public void NoProjectNamesAVersion() =>
        Problems.AssertNone(
            from project in Repository.Projects
            from package in project.Packages
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null || package.Element("Version") is not null
            select $"{project.Path}: {package.Attribute("Include")?.Value} has a version; it belongs into Directory.Packages.props");

    [Fact]
    public void EveryPackageHasACentralVersionAndEveryCentralVersionIsUsed()
    {
        string[] used =
        [
            .. Repository.Projects.SelectMany(project => project.Packages)
                .Concat(XDocument.Parse(Repository.File("Directory.Build.props").Text).Descendants("PackageReference"))
                .Select(package => package.Attribute("Include")!.Value).Distinct(),
        ];
        Problems.AssertNone(
        [
            .. used.Except(s_centralNames).Select(name => $"{name}: used, but not in Directory.Packages.props"),
            .. s_centralNames.Except(used).Select(name => $"Directory.Packages.props: {name} is used by no project"),
        ]);
    }

    [Fact]
    public void EveryProjectHasALockFile() =>
        Problems.AssertNone(
            from project in Repository.Projects
            where Repository.Files.All(file => file.Path != $"{project.Folder}/packages.lock.json")
            select $"{project.Path}: no packages.lock.json beside it; restore and commit it");
}
