namespace HotPath.Commands.Tests;

/// <summary>Every command and reply of the catalogue, and <see cref="EveryMember"/>, made from sample values.</summary>
internal static class CommandSamples
{
    public interface IVisitor
    {
        void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>;

        void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>;
    }

    public static void VisitAll(SampleValues values, IVisitor visitor)
    {
        visitor.Command<Ping, PongReply>(default);
        visitor.Command<AuthorizeEvent, AuthorizeReply>(Authorize(values));
        visitor.Command<AuthorizeEventWithDigest, AuthorizeWithDigestReply>(new()
        {
            GetMaxUsage = values.Flag(0),
            Tenant = values.Text(0),
            Account = values.Text(1),
            SetupTime = values.Time(2),
            Usage = values.Duration(3),
        });
        visitor.Command<InitiateSession, InitiateReply>(Initiate(values));
        visitor.Command<InitiateSessionWithDigest, InitiateWithDigestReply>(new()
        {
            InitSession = values.Flag(0),
            OriginId = values.Text(0),
            DialogId = values.Long(1),
            AnswerTime = values.Time(2),
        });
        visitor.Command<TerminateSession, OkReply>(new()
        {
            EndSession = values.Flag(0),
            Tenant = values.Text(0),
            OriginId = values.Text(1),
            Account = values.Text(2),
            AnswerTime = values.Time(3),
            Usage = values.Duration(4),
            DisconnectCause = values.Text(5),
            Variables = values.Variables(6),
            Options = values.Variables(7),
        });
        visitor.Command<ProcessCdr, OkReply>(new()
        {
            Id = values.Text(0),
            OriginId = values.Text(1),
            Destination = values.Text(2),
            Usage = values.Duration(3),
            SipCode = values.Int(4),
            Q850Cause = values.Int(5),
            DisconnectCause = values.Text(6),
            Variables = values.Variables(7),
            Options = values.Variables(8),
        });
        visitor.Command<DisconnectSession, OkReply>(new()
        {
            Reason = values.Text(0),
            OriginId = values.Text(1),
            DialogId = values.Long(2),
            DialogEntry = values.Long(3),
        });
        visitor.Command<EveryMember, EveryMemberReply>(Every(values));

        visitor.Reply<PongReply>(default);
        visitor.Reply<OkReply>(default);
        visitor.Reply(new AuthorizeReply { MaxUsage = values.Duration(0) });
        visitor.Reply(new AuthorizeWithDigestReply { MaxUsage = values.Duration(1) });
        visitor.Reply(new InitiateReply { MaxUsage = values.Duration(2) });
        visitor.Reply(new InitiateWithDigestReply { MaxUsage = values.Duration(3) });
        visitor.Reply(new EveryMemberReply
        {
            Flag = values.Flag(0),
            MaybeFlag = values.Flag(1) ? values.Flag(2) : null,
            Count = (int)values.Numbers[3],
            Long = values.Long(4),
            Text = values.Texts[5] as string,
            Nanoseconds = values.Duration(6),
            Seconds = values.Duration(7),
            Time = values.Time(8),
        });
    }

    public static AuthorizeEvent Authorize(SampleValues values) => new()
    {
        GetMaxUsage = values.Flag(0),
        GetAttributes = values.Flag(1),
        Tenant = values.Text(0),
        Id = values.Text(1),
        ToR = values.Text(2),
        OriginId = values.Text(3),
        OriginHost = values.Text(4),
        RequestType = values.Text(5),
        Category = values.Text(6),
        Account = values.Text(7),
        Subject = values.Text(8),
        Destination = values.Text(9),
        SetupTime = values.Time(10),
        Usage = values.Duration(11),
        Variables = values.Variables(12),
        Options = values.Variables(13),
    };

    private static InitiateSession Initiate(SampleValues values) => new()
    {
        InitSession = values.Flag(0),
        GetAttributes = values.Flag(1),
        Tenant = values.Text(0),
        Id = values.Text(1),
        ToR = values.Text(2),
        OriginId = values.Text(3),
        OriginHost = values.Text(4),
        DialogId = values.Long(12),
        DialogEntry = values.Long(13),
        RequestType = values.Text(5),
        Category = values.Text(6),
        Account = values.Text(7),
        Subject = values.Text(8),
        Destination = values.Text(9),
        SetupTime = values.Time(10),
        AnswerTime = values.Time(14),
        Usage = values.Duration(11),
        Variables = values.Variables(12),
        Options = values.Variables(15),
    };

    public static EveryMember Every(SampleValues values) => new()
    {
        Flag = values.Flag(0),
        MaybeFlag = values.Flag(1) ? values.Flag(2) : null,
        Count = (int)values.Numbers[0],
        Name = values.Text(0),
        @event = values.Texts[1] as string,
        Long = values.Numbers[1],
        MaybeLong = values.Long(2),
        MaybeCount = values.Int(3),
        Text = values.Text(2),
        Sure = values.Texts[3] as string ?? "",
        SecondsText = new CgrDuration(values.Numbers[4]),
        Nanoseconds = new CgrDuration(values.Numbers[5]),
        Seconds = new CgrDuration(values.Numbers[6]),
        MaybeSeconds = values.Duration(7),
        Time = values.RealTime(8),
        MaybeTime = values.Time(9),
        Variables = values.Variables(10),
        Options = values.Variables(11),
    };
}
