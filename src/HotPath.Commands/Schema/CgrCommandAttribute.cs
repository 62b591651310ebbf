namespace HotPath.Commands;

/// <summary>
/// Declares a CGRateS command: a <c>partial</c> (usually <c>readonly ref</c>) struct for which the generator writes
/// both client writers, the reply reader, the server-side request reader and the method table entry.
/// </summary>
/// <param name="method">Method name in the current dialect, for example <c>SessionSv1.AuthorizeEvent</c>.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CgrCommandAttribute(string method) : Attribute
{
    /// <summary>Method name in the current dialect (<see cref="CgrDialect.Current"/>).</summary>
    public string Method { get; } = method;

    /// <summary>
    /// Method name in the pre-rc8 dialect (<see cref="CgrDialect.PreRc8"/>), for example <c>SMGenericV1.GetMaxUsage</c>; <c>null</c>: the
    /// dialect does not have the command. There, members and fields stand in one flat object and flags are integers.
    /// </summary>
    public string? Compat { get; set; }

    /// <summary>What repeating the command means. Leaving it out is a compile-time error (HP0004).</summary>
    public RepeatClass Repeat { get; set; }

    /// <summary>The struct, marked <see cref="CgrReplyAttribute"/>, that the result of the command is read into.</summary>
    public Type? Reply { get; set; }

    /// <summary>
    /// Other names under which engines send the same command: they are read alike (<see cref="ICgrCommand{TSelf, TReply}.IsMethod"/>).
    /// Requests are sent under <see cref="Method"/> only.
    /// </summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>The object that members marked <see cref="CgrFieldAttribute"/> are written into. An <c>Event</c> object is read too, whatever this says.</summary>
    public string EventName { get; set; } = "Event";
}
