using System.Text;

namespace HotPath.Commands.Tests;

/// <summary>Guards: the methods' names, what repeating them means, and the names under which engines call back.</summary>
public sealed class CatalogueTests
{
    [Fact]
    public void Methods_have_the_names_that_engines_know()
    {
        Assert.Equal("SessionSv1.Ping", Method<Ping, PongReply>());
        Assert.Equal("SessionSv1.AuthorizeEvent", Method<AuthorizeEvent, AuthorizeReply>());
        Assert.Equal("SessionSv1.AuthorizeEventWithDigest", Method<AuthorizeEventWithDigest, AuthorizeWithDigestReply>());
        Assert.Equal("SessionSv1.InitiateSession", Method<InitiateSession, InitiateReply>());
        Assert.Equal("SessionSv1.InitiateSessionWithDigest", Method<InitiateSessionWithDigest, InitiateWithDigestReply>());
        Assert.Equal("SessionSv1.UpdateSession", Method<UpdateSession, UpdateReply>());
        Assert.Equal("SessionSv1.TerminateSession", Method<TerminateSession, OkReply>());
        Assert.Equal("SessionSv1.ProcessCDR", Method<ProcessCdr, OkReply>());
        Assert.Equal("SessionSv1.DisconnectSession", Method<DisconnectSession, OkReply>());
        Assert.Equal("SessionSv1.ProcessMessage", Method<ProcessMessage, ProcessMessageReply>());
        Assert.Equal("SessionSv1.ProcessEvent", Method<ProcessEvent, ProcessEventReply>());
        Assert.Equal("SessionSv1.GetActiveSessions", Method<GetActiveSessions, GetActiveSessionsReply>());
        Assert.Equal("SessionSv1.GetActiveSessionsCount", Method<GetActiveSessionsCount, GetActiveSessionsCountReply>());
        Assert.Equal("SessionSv1.GetPassiveSessions", Method<GetPassiveSessions, GetActiveSessionsReply>());
        Assert.Equal("SessionSv1.ForceDisconnect", Method<ForceDisconnect, OkReply>());
        Assert.Equal("SessionSv1.SyncSessions", Method<SyncSessions, OkReply>());
        Assert.Equal("SessionSv1.GetCost", Method<GetSessionCost, GetSessionCostReply>());
        Assert.Equal("APIerSv1.GetCost", Method<GetCost, GetCostReply>());
        Assert.Equal("SessionSv1.GetActiveSessionIDs", Method<GetActiveSessionIds, GetActiveSessionIdsReply>());
        Assert.Equal("AgentV1.DisconnectPeer", Method<DisconnectPeer, OkReply>());
        Assert.Equal("AgentV1.WarnDisconnect", Method<WarnDisconnect, OkReply>());
        Assert.Equal("AgentV1.AlterSession", Method<AlterSession, OkReply>());
        Assert.Equal("CDRsV1.ProcessEvent", Method<ProcessCdrEvent, OkReply>());
        Assert.Equal("CDRsV2.ProcessEvent", Method<ProcessCdrEventV2, ProcessCdrEventV2Reply>());
        Assert.Equal("CDRsV1.ProcessExternalCDR", Method<ProcessExternalCdr, OkReply>());
        Assert.Equal("CDRsV1.GetCDRs", Method<GetCdrs, GetCdrsReply>());
        Assert.Equal("CoreSv1.Status", Method<CoreStatus, CoreStatusReply>());
        Assert.Equal("CoreSv1.Ping", Method<CorePing, PongReply>());
        Assert.Equal("RouteSv1.GetRoutes", Method<GetRoutes, GetRoutesReply>());
        Assert.Equal("SupplierSv1.GetSuppliers", Method<GetSuppliers, GetSuppliersReply>());
        Assert.Equal("ResourceSv1.AuthorizeResources", Method<AuthorizeResources, ResourceReply>());
        Assert.Equal("ResourceSv1.AllocateResources", Method<AllocateResources, ResourceReply>());
        Assert.Equal("ResourceSv1.ReleaseResources", Method<ReleaseResources, OkReply>());
    }

    [Fact]
    public void What_charges_twice_is_never_repeated_blind()
    {
        Assert.Equal(RepeatClass.Safe, AuthorizeEvent.Repeat);
        Assert.Equal(RepeatClass.Safe, Ping.Repeat);
        Assert.Equal(RepeatClass.SameEngine, InitiateSession.Repeat);
        Assert.Equal(RepeatClass.Never, UpdateSession.Repeat);
        Assert.Equal(RepeatClass.Never, ProcessMessage.Repeat);
        Assert.Equal(RepeatClass.Never, ProcessEvent.Repeat);
        Assert.Equal(RepeatClass.SameEngineDedup, ProcessCdrEvent.Repeat);
        Assert.Equal(RepeatClass.AfterQuery, TerminateSession.Repeat);
        Assert.Equal(RepeatClass.SameEngineDedup, ProcessCdr.Repeat);
    }

    [Theory]
    [InlineData("SessionSv1.DisconnectSession", true)]
    [InlineData("SMGClientV1.DisconnectSession", true)]
    [InlineData("AgentV1.DisconnectSession", true)]
    [InlineData("SessionSv1.Disconnectsession", false)]
    [InlineData("SessionSv1.DisconnectSessions", false)]
    [InlineData("", false)]
    public void Engines_disconnect_under_three_names(string method, bool isDisconnect) =>
        Assert.Equal(isDisconnect, DisconnectSession.IsMethod(Encoding.UTF8.GetBytes(method), out _));

    [Fact]
    public void The_pre_rc8_dialect_has_names_of_its_own()
    {
        Assert.Equal("SMGenericV1.GetMaxUsage", Method<AuthorizeEvent, AuthorizeReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.GetMaxUsage", Method<AuthorizeEventWithDigest, AuthorizeWithDigestReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.InitiateSession", Method<InitiateSession, InitiateReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.InitiateSession", Method<InitiateSessionWithDigest, InitiateWithDigestReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.UpdateSession", Method<UpdateSession, UpdateReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.TerminateSession", Method<TerminateSession, OkReply>(CgrDialect.PreRc8));
        Assert.Equal("SMGenericV1.ProcessCDR", Method<ProcessCdr, OkReply>(CgrDialect.PreRc8));
    }

    [Fact]
    public void A_dialect_without_the_command_has_no_name_for_it()
    {
        Assert.True(Ping.GetMethod(CgrDialect.PreRc8).IsEmpty);
        Assert.False(Ping.IsMethod(default, out _));
    }

    [Fact]
    public void Every_command_and_reply_is_among_the_samples_that_all_writers_and_readers_are_tried_with()
    {
        Seen seen = new();
        CommandSamples.VisitAll(new SampleValues(new object?[16], new long[16], new bool[16]), seen);
        IEnumerable<string> declared = typeof(AuthorizeEvent).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(CgrCommandAttribute), inherit: false) || type.IsDefined(typeof(CgrReplyAttribute), inherit: false))
            .Select(type => type.Name);
        Assert.Empty(declared.Except(seen.Names));
    }

    private static string Method<TCommand, TReply>(CgrDialect dialect = CgrDialect.Current)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        Assert.True(TCommand.IsMethod(TCommand.GetMethod(dialect), out CgrDialect found));
        Assert.Equal(dialect, found);
        return Encoding.UTF8.GetString(TCommand.GetMethod(dialect));
    }

    private sealed class Seen : CommandSamples.IVisitor
    {
        public HashSet<string> Names { get; } = [];

        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply> => Names.Add(typeof(TCommand).Name);

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply> => Names.Add(typeof(TReply).Name);
    }
}
