namespace HotPath.Generators;

/// <summary>Where the declared struct stands, so that its other part can be written.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containers">Headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Header">Its own header: <c>partial struct Name</c>.</param>
/// <param name="FullName">Its name from anywhere: <c>global::Namespace.Outer.Name</c>.</param>
/// <param name="HasTwin">There is another type whose full name differs in case only.</param>
internal sealed record SchemaType(string Namespace, EquatableArray<string> Containers, string Header, string FullName, bool HasTwin)
{
    /// <summary>A type for which nothing can be written.</summary>
    public static SchemaType None { get; } = new("", default, "", "", HasTwin: false);

    /// <summary>Name of the generated file, unique among all types. The compiler does not tell upper from lower case there.</summary>
    public string FileName
    {
        get
        {
            string name = FullName.Substring("global::".Length).Replace("@", "");
            string suffix = HasTwin ? "-" + string.Concat(name.Select(character => char.IsUpper(character) ? 'U' : 'l')) : "";
            return $"{name}{suffix}.g.cs";
        }
    }
}
