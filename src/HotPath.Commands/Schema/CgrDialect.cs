namespace HotPath.Commands;

/// <summary>Which generation of the CGRateS session API is spoken.</summary>
public enum CgrDialect : byte
{
    /// <summary><c>SessionSv1</c>: request flags beside an <c>Event</c> object.</summary>
    Current,

    /// <summary><c>SMGenericV1</c>, before rc8: one flat object, flags as integers, bare seconds as the reply.</summary>
    PreRc8,
}
