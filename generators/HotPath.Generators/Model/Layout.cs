namespace HotPath.Generators;

/// <summary>Which members stand where in one dialect: what the emitters write code for.</summary>
/// <param name="Members">The members of the object, in the order in which they are written.</param>
/// <param name="EventName">The object in it that holds the <paramref name="Fields"/>, behind the members; null: there is none.</param>
/// <param name="Fields">The members of that object.</param>
/// <param name="Implied">Flags that stand nowhere and are set.</param>
/// <param name="Whole">There is no object: all that stands there is the value of this member. Null: there is.</param>
internal sealed record Layout(MemberSpec[] Members, string? EventName, MemberSpec[] Fields, MemberSpec[] Implied, MemberSpec? Whole)
{
    /// <summary>All that have a place.</summary>
    public MemberSpec[] All => Whole is not null ? [Whole] : [.. Members, .. Fields];

    /// <summary>Flags beside an event object, which a command without fields does not have.</summary>
    public static Layout Current(CommandSpec command)
    {
        MemberSpec[] fields = [.. command.Members.Where(member => member.IsField)];
        return new Layout([.. command.Members.Where(member => !member.IsField)], fields.Length != 0 ? command.EventName : null, fields, [], null);
    }

    /// <summary>One flat object; null: the dialect does not have the command.</summary>
    public static Layout? PreRc8(CommandSpec command)
    {
        // What yields to one set of variables yields to both, as they stand in the same object; their numbers are numbers there.
        EquatableArray<string> sets = new([.. command.Members.Where(member => member.Type == MemberType.Variables).Select(member => member.Property)]);
        MemberSpec[] members =
        [
            .. InCompat(command.Members.Where(member => member.Compat == MemberCompat.Member).OrderBy(member => member.IsField))
                .Select(member => member.Type == MemberType.Variables ? member with { Format = MemberFormat.Number } : member)
                .Select(member => member.YieldsTo.Count == 0 ? member : member with { YieldsTo = sets }),
        ];
        MemberSpec[] implied = [.. command.Members.Where(member => member.Compat == MemberCompat.Implied)];
        return command.Compat is null ? null : new Layout(members, null, [], implied, null);
    }

    /// <summary>The same without variables, which are unknown members to who reads.</summary>
    public Layout Declared() => this with
    {
        Members = [.. Members.Where(member => member.Type != MemberType.Variables)],
        Fields = [.. Fields.Where(member => member.Type != MemberType.Variables)],
    };

    public static Layout Current(ReplySpec reply) => new([.. reply.Members], null, [], [], reply.IsBare ? reply.Members[0] : null);

    public static Layout Of(ObjectSpec type) => new([.. type.Members], null, [], [], null);

    /// <summary>A bare value, or the object with its values in other formats; null: nothing differs.</summary>
    public static Layout? PreRc8(ReplySpec reply)
    {
        MemberSpec[] members = InCompat(reply.Members);
        MemberSpec? whole = members.FirstOrDefault(member => reply.IsBare || member.Compat == MemberCompat.WholeResult);
        return (whole is null || reply.IsBare) && members.SequenceEqual(reply.Members) ? null : new Layout(members, null, [], [], whole);
    }

    private static MemberSpec[] InCompat(IEnumerable<MemberSpec> members) => [.. members.Select(member => member with { Format = member.CompatFormat })];
}
