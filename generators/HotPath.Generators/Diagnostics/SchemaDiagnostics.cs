using Microsoft.CodeAnalysis;

namespace HotPath.Generators;

/// <summary>What can be wrong with a declaration. Each has a page in docs/diagnostics.</summary>
internal static class SchemaDiagnostics
{
    public static readonly DiagnosticDescriptor NotPartial = Error(
        "HP0001", "A schema type must be partial", "'{0}' must be declared partial, as the generator writes its other part");

    public static readonly DiagnosticDescriptor Generic = Error(
        "HP0002", "A schema type must not be generic", "'{0}' must not be generic or stand in a generic type: a command is one type with one method name");

    public static readonly DiagnosticDescriptor InvalidMethod = Error(
        "HP0003", "A method name must be Service.Method", "'{0}' is not a method name such as SessionSv1.AuthorizeEvent");

    public static readonly DiagnosticDescriptor RepeatUnstated = Error(
        "HP0004", "A command must say what repeating it means", "Set Repeat on '{0}': the transport must know what it may do when the command goes unanswered");

    public static readonly DiagnosticDescriptor InvalidReply = Error(
        "HP0005", "A command must name its reply", "Set Reply on '{0}' to a struct marked [CgrReply]");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(
        "HP0006", "A member has a type that cannot stand on the wire", "'{0}' is of type '{1}'; a member is bool, int, long, decimal, string, CgrText, CgrDuration, DateTimeOffset, a struct marked [CgrObject], or an array of such structs or of strings, in a command also CgrVariables");

    public static readonly DiagnosticDescriptor InvalidFormat = Error(
        "HP0007", "A member's format must fit its type", "'{0}' of type '{1}' cannot be written as {2}; choose {3}");

    public static readonly DiagnosticDescriptor InvalidName = Error(
        "HP0008", "A wire name must be printable ASCII that needs no escaping", "'{0}' is not a wire name: use 1 to 64 printable ASCII characters other than quote and backslash");

    public static readonly DiagnosticDescriptor DuplicateName = Error(
        "HP0009", "A wire name must stand once", "'{0}' is already the name of '{1}'; the engine matches names whatever their case");

    public static readonly DiagnosticDescriptor NotSettable = Error(
        "HP0010", "A member must be readable and settable", "'{0}' cannot be written and read: {1}");

    public static readonly DiagnosticDescriptor FieldInReply = Error(
        "HP0011", "A reply has no event fields", "'{0}' is a member of a reply: mark it [CgrMember]");

    public static readonly DiagnosticDescriptor RequiredNotPossible = Error(
        "HP0012", "A member cannot be required", "'{0}' cannot be required: {1}");

    public static readonly DiagnosticDescriptor InvalidText = Error(
        "HP0013", "A reply is either a constant text or an object", "'{0}' has a constant Text: {1}");

    public static readonly DiagnosticDescriptor MemberOutsideSchema = Error(
        "HP0014", "A member must belong to a schema type", "'{0}' is marked as a member, but '{1}' is no [CgrCommand], [CgrReply] or [CgrObject]");

    public static readonly DiagnosticDescriptor CommandAndReply = Error(
        "HP0015", "A type is a command, a reply or an object", "'{0}' is marked as more than one of command, reply and object; declare two types");

    public static readonly DiagnosticDescriptor ReplyRefStruct = Error(
        "HP0016", "A reply or object must not be a ref struct", "'{0}' must not be a ref struct: it outlives the bytes it was read from");

    public static readonly DiagnosticDescriptor InvalidCompat = Error(
        "HP0017", "A member's place in the pre-rc8 dialect must exist", "'{0}' cannot have this Compat: {1}");

    public static readonly DiagnosticDescriptor InvalidResult = Error(
        "HP0018", "The whole result is the only member of a reply", "'{0}' cannot be the whole result: {1}");

    public static readonly DiagnosticDescriptor InvalidVariables = Error(
        "HP0021", "A set of variables stands once, without a name", "'{0}' is a set of variables: {1}");

    public static readonly DiagnosticDescriptor InvalidYields = Error(
        "HP0022", "A member yields to variables at the same place", "'{0}' cannot yield: {1}");

    public static readonly DiagnosticDescriptor TakenName = Error(
        "HP0019", "A member's name must not be one that the generator adds", "'{0}' is the name of a member that the generator adds; rename this one");

    public static readonly DiagnosticDescriptor FileLocal = Error(
        "HP0020", "A schema type must not be file-local", "'{0}' must not be file-local: the generator writes its other part into another file");

    public static readonly DiagnosticDescriptor RequiredByLanguage = Error(
        "HP0023", "What is required of who makes the struct must be on the wire", "'{0}' cannot be required: the reader does not always have a value for it");

    public static readonly DiagnosticDescriptor SharedMethod = Warning(
        "HP0024", "A method is one command", "'{0}' is the method of '{1}' too: an engine that serves both reads such a request as one of them only",
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor MethodNamedTwice = Error(
        "HP0025", "A command has each of its names once", "'{0}' is a name of this command already; the name says which dialect a request is in");

    public static readonly DiagnosticDescriptor TwoPlaces = Error(
        "HP0026", "A member stands at one place", "'{0}' has more than one place; leave one attribute");

    public static readonly DiagnosticDescriptor WithoutEffect = Warning(
        "HP0027", "An argument without effect", "{0} does nothing here: {1}");

    public static readonly DiagnosticDescriptor TextOutsideRefStruct = Error(
        "HP0028", "A command that holds CgrText must be a ref struct", "'{0}' must be a ref struct to hold '{1}', which points to bytes of somebody else's");

    public static readonly DiagnosticDescriptor FlagWithDefault = Error(
        "HP0029", "A flag cannot have a default", "'{0}' cannot have a default: a flag that is left out is false; use bool?");

    public static readonly DiagnosticDescriptor OldLanguage = Error(
        "HP0030", "Schema types need C# 13", "'{0}' is compiled as C# {1}; set LangVersion to 13 or later");

    private static DiagnosticDescriptor Error(string id, string title, string message) => Describe(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message, params string[] tags) =>
        Describe(id, title, message, DiagnosticSeverity.Warning, tags);

    private static DiagnosticDescriptor Describe(string id, string title, string message, DiagnosticSeverity severity, params string[] tags) => new(
        id, title, message, "HotPath.Schema", severity, isEnabledByDefault: true, helpLinkUri: $"docs/diagnostics/{id}.md", customTags: tags);
}
