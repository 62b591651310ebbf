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

    /// <summary>The dialects that have the command.</summary>
    public static CgrDialect[] DialectsOf<TCommand, TReply>()
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        [.. Enum.GetValues<CgrDialect>().Where(dialect => !TCommand.GetMethod(dialect).IsEmpty)];

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
            ForceDuration = values.Flag(4),
            RoutesMaxCost = values.Text(5),
            AttributeIds = values.Strings(6),
            Limit = values.Int(7),
            ApiOpts = values.Json(8),
        });
        visitor.Command<InitiateSession, InitiateReply>(Initiate(values));
        visitor.Command<InitiateSessionWithDigest, InitiateWithDigestReply>(new()
        {
            InitSession = values.Flag(0),
            OriginId = values.Text(0),
            DialogId = values.Long(1),
            AnswerTime = values.Time(2),
        });
        visitor.Command<UpdateSession, UpdateReply>(new()
        {
            Debit = values.Flag(0),
            GetAttributes = values.Flag(1),
            OriginId = values.Text(2),
            Usage = values.Duration(3),
            LastUsed = values.Duration(4),
            AttributeIds = values.Strings(6),
            TotalUsage = values.Duration(5),
            Variables = values.Variables(12),
            Options = values.Variables(13),
        });
        visitor.Command<TerminateSession, OkReply>(new()
        {
            EndSession = values.Flag(0),
            ReleaseResources = values.Flag(1),
            StatIds = values.Strings(8),
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
            CallClass = values.Text(1),
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
        visitor.Reply(new AuthorizeReply
        {
            MaxUsage = values.Duration(0),
            ResourceAllocation = values.Texts[1] as string,
            AllocatedIp = values.Json(2),
            Attributes = values.Json(3),
            RouteProfiles = values.Flag(4) ? [new RouteProfile { Sorting = "*weight", Routes = [new Route { RouteId = values.Texts[5] as string }] }] : null,
            Suppliers = values.Json(5),
            ThresholdIds = values.Strings(6),
            StatQueueIds = values.Strings(7),
        });
        visitor.Reply(new AuthorizeWithDigestReply { MaxUsage = values.Duration(1) });
        visitor.Reply(new InitiateReply { MaxUsage = values.Duration(2), ResourceAllocation = values.Texts[3] as string, Attributes = values.Json(1), StatQueueIds = values.Strings(4) });
        visitor.Reply(new InitiateWithDigestReply { MaxUsage = values.Duration(3) });
        visitor.Reply(new UpdateReply { MaxUsage = values.Duration(4), ThresholdIds = values.Strings(5) });
        visitor.Reply(new TextOnceReply { Text = values.Texts[0] as string });
        visitor.Reply(new FlagOnceReply { Flag = values.Flag(0) });
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
            Price = values.Decimal(0),
            MaybePrice = values.Flag(1) ? values.Decimal(1) : null,
            Names = values.Strings(2),
            SureNames = values.Strings(3) ?? [],
            Raw = values.Json(4),
            Instant = values.Time(5),
            Part = values.Part(6),
            MaybePart = values.Flag(7) ? values.Part(7) : null,
            Parts = values.Parts(8),
        });
        visitor.Reply(new ListReply { Parts = values.Parts(0) });
        visitor.Reply(new AnythingReply { Json = values.Json(0) });
        VisitRest(values, visitor);
    }

    private static void VisitRest(SampleValues values, IVisitor visitor)
    {
        visitor.Command<ProcessMessage, ProcessMessageReply>(new()
        {
            Debit = values.Flag(0),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<ProcessEvent, ProcessEventReply>(new()
        {
            Flags = values.Strings(0),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<GetActiveSessions, GetActiveSessionsReply>(new()
        {
            Tenant = values.Text(0),
            Filters = values.Strings(1),
            Limit = values.Int(2),
        });
        visitor.Command<GetPassiveSessions, GetActiveSessionsReply>(new()
        {
            Tenant = values.Text(0),
            Filters = values.Strings(1),
            Limit = values.Int(2),
        });
        visitor.Command<GetActiveSessionsCount, GetActiveSessionsCountReply>(new()
        {
            Tenant = values.Text(0),
            Filters = values.Strings(1),
        });
        visitor.Command<ForceDisconnect, OkReply>(new()
        {
            Tenant = values.Text(0),
            Filters = values.Strings(1),
        });
        visitor.Command<SyncSessions, OkReply>(default);
        visitor.Command<GetSessionCost, GetSessionCostReply>(new()
        {
            Flags = values.Strings(0),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<GetCost, GetCostReply>(new()
        {
            Tenant = values.Text(0),
            Subject = values.Text(1),
            Destination = values.Text(2),
            AnswerTime = values.Time(3),
            Usage = values.Duration(4),
        });
        visitor.Command<GetActiveSessionIds, GetActiveSessionIdsReply>(default);
        visitor.Command<DisconnectPeer, OkReply>(new()
        {
            OriginHost = values.Text(0),
            OriginRealm = values.Text(1),
            DisconnectCause = values.Int(2),
        });
        visitor.Command<WarnDisconnect, OkReply>(new()
        {
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            OriginId = values.Text(3),
            OriginHost = values.Text(4),
            DialogId = values.Long(5),
            Account = values.Text(6),
        });
        visitor.Command<AlterSession, OkReply>(new()
        {
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            OriginId = values.Text(3),
            OriginHost = values.Text(4),
            DialogId = values.Long(5),
            Account = values.Text(6),
        });
        visitor.Command<ProcessCdrEvent, OkReply>(new()
        {
            Flags = values.Strings(0),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            RunId = values.Text(10),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<ProcessCdrEventV2, ProcessCdrEventV2Reply>(new()
        {
            Flags = values.Strings(0),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<ProcessExternalCdr, OkReply>(new()
        {
            RunId = values.Text(0),
            OriginId = values.Text(1),
            SetupTime = values.Time(2),
            Usage = values.Duration(3),
            ExtraFields = values.Json(4),
            Cost = values.Decimal(5),
            PreRated = values.Flag(6),
        });
        visitor.Command<GetCdrs, GetCdrsReply>(new()
        {
            OriginIds = values.Strings(0),
            NotAccounts = values.Strings(5),
            Costs = values.Json(6),
            UpdatedAtEnd = values.Time(7),
            ExtraArgs = values.Json(8),
            SetupTimeStart = values.Time(1),
            MinUsage = values.Duration(2),
            OrderBy = values.Text(3),
            Limit = values.Int(4),
        });
        visitor.Command<CoreStatus, CoreStatusReply>(default);
        visitor.Command<CorePing, PongReply>(default);
        visitor.Command<GetRoutes, GetRoutesReply>(new()
        {
            MaxCost = values.Text(0),
            IgnoreErrors = values.Flag(1),
            Limit = values.Int(3),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<GetSuppliers, GetSuppliersReply>(new()
        {
            MaxCost = values.Text(0),
            Offset = values.Int(3),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<AuthorizeResources, ResourceReply>(new()
        {
            UsageId = values.Text(3),
            Units = values.Decimal(10),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<AllocateResources, ResourceReply>(new()
        {
            UsageId = values.Text(3),
            Units = values.Decimal(10),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });
        visitor.Command<ReleaseResources, OkReply>(new()
        {
            UsageId = values.Text(3),
            Units = values.Decimal(10),
            Tenant = values.Text(0),
            Id = values.Text(1),
            ApiOpts = values.Json(2),
            ToR = values.Text(4),
            OriginId = values.Text(5),
            OriginHost = values.Text(6),
            Account = values.Text(7),
            AnswerTime = values.Time(8),
            Usage = values.Duration(9),
            Variables = values.Variables(14),
            Options = values.Variables(15),
        });

        visitor.Reply(new ProcessMessageReply { MaxUsage = values.Duration(0), Attributes = values.Json(1), ThresholdIds = values.Strings(2) });
        visitor.Reply(new ProcessEventReply { MaxUsage = values.Json(0), Cost = values.Json(1) });
        visitor.Reply(new GetActiveSessionsReply
        {
            Sessions = [new ActiveSession { CgrId = values.Texts[0] as string, AnswerTime = values.Time(1), Usage = values.Duration(2), MaxCostSoFar = values.Decimal(3) }],
        });
        visitor.Reply(new GetActiveSessionsCountReply { Count = values.Numbers[0] });
        visitor.Reply(new GetSessionCostReply { Attributes = values.Json(1), EventCost = values.Flag(1) ? Cost(values) : null });
        visitor.Reply(new GetCostReply { EventCost = values.Flag(0) ? Cost(values) : null });
        visitor.Reply(new GetActiveSessionIdsReply { Ids = values.Flag(0) ? [new ActiveSessionId { OriginHost = values.Texts[0] as string ?? "", OriginId = "o" }] : null });
        visitor.Reply(new ProcessCdrEventV2Reply { Events = values.Json(0) });
        visitor.Reply(new GetCdrsReply { Cdrs = [new Cdr { OrderId = values.Long(0), Usage = values.Duration(1), Partial = values.Flag(2), Cost = values.Decimal(3), CostDetails = values.Json(4) }] });
        visitor.Reply(new CoreStatusReply { NodeId = values.Texts[0] as string, ActiveGoroutines = values.Long(1) });
        visitor.Reply(new GetRoutesReply { Profiles = [new RouteProfile { ProfileId = values.Texts[0] as string, Routes = [new Route { RouteId = "r", SortingData = values.Json(1) }] }] });
        visitor.Reply(new GetSuppliersReply { Profile = values.Flag(0) ? Suppliers(values) : null });
        visitor.Reply(new ResourceReply { Allocation = values.Texts[0] as string });
    }

    private static SupplierProfile Suppliers(SampleValues values) => new()
    {
        ProfileId = values.Texts[0] as string,
        Count = values.Long(0),
        SortedSuppliers = [new Supplier { SupplierId = "s", SortingData = values.Json(1) }],
    };

    private static EventCost Cost(SampleValues values) => new()
    {
        CgrId = values.Texts[2] as string,
        StartTime = values.Time(3),
        Cost = values.Decimal(4),
        Charges = [new EventCharge { RatingId = "r", Increments = [new ChargeIncrement { Usage = values.Duration(5), Cost = values.Decimal(6), CompressFactor = values.Long(7) }] }],
        Rates = values.Json(8),
    };

    public static AuthorizeEvent Authorize(SampleValues values) => new()
    {
        GetMaxUsage = values.Flag(0),
        GetAttributes = values.Flag(1),
        GetRoutes = values.Flag(2),
        RoutesMaxCost = values.Text(10),
        AttributeIds = values.Strings(11),
        Offset = values.Int(12),
        ApiOpts = values.Json(13),
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
        AllocateResources = values.Flag(2),
        ThresholdIds = values.Strings(3),
        ApiOpts = values.Json(4),
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
        OtherFlag = values.Flag(3),
        NumberFlag = values.Flag(4),
        MaybeFlag = values.Flag(1) ? values.Flag(2) : null,
        Count = (int)values.Numbers[0],
        Name = values.Text(0),
        @event = values.Texts[1] as string,
        Price = values.Decimal(0),
        MaybePrice = values.Flag(1) ? values.Decimal(1) : null,
        Names = values.Strings(2),
        SureNames = values.Strings(3) ?? [],
        Raw = values.Json(4),
        Instant = values.Time(5),
        Part = values.Part(6),
        MaybePart = values.Flag(7) ? values.Part(7) : null,
        Parts = values.Parts(8),
        Long = values.Numbers[1],
        MaybeLong = values.Long(2),
        MaybeCount = values.Int(3),
        Text = values.Text(2),
        Sure = values.Texts[3] as string ?? "",
        SecondsText = new CgrDuration(values.Numbers[4]),
        Nanoseconds = new CgrDuration(values.Numbers[5]),
        Seconds = new CgrDuration(values.Numbers[6]),
        WholeSeconds = new CgrDuration(values.Numbers[10]),
        MaybeSeconds = values.Duration(7),
        Time = values.RealTime(8),
        MaybeTime = values.Time(9),
        Variables = values.Variables(10),
        Options = values.Variables(11),
    };
}
