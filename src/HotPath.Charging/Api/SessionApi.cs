using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Charging;

/// <summary>
/// The methods of <c>SessionSv1</c>, and of <c>SMGenericV1</c> before it, in the pre-rc8 dialect. Source: facts cgrates-engine.md §4.2,
/// cgrates-module.md §2, wire recordings 041-154.
/// </summary>
internal sealed class SessionApi
{
    private const string NoSubsystems = "MANDATORY_IE_MISSING: [subsystems]";

    private readonly SessionService _sessions;
    private readonly RequestReader _reader;
    private readonly QueryReader _queries = new();
    private readonly EngineOptions _options;
    private readonly List<AttributeStep> _altered = [];

    public SessionApi(SessionService sessions, EngineOptions options, ApiRouter router)
    {
        _sessions = sessions;
        _options = options;
        _reader = new RequestReader(options);
        router.Add("SessionSv1.AuthorizeEvent", (_, parameters, answer) => Authorize(parameters, answer, CgrDialect.Current, isDigest: false));
        router.Add("SessionSv1.AuthorizeEventWithDigest", (_, parameters, answer) => Authorize(parameters, answer, CgrDialect.Current, isDigest: true));
        router.Add("SessionSv1.InitiateSession", (client, parameters, answer) => Initiate(client, parameters, answer, CgrDialect.Current, isDigest: false));
        router.Add("SessionSv1.InitiateSessionWithDigest", (client, parameters, answer) => Initiate(client, parameters, answer, CgrDialect.Current, isDigest: true));
        router.Add("SessionSv1.UpdateSession", (client, parameters, answer) => Update(client, parameters, answer, CgrDialect.Current));
        router.Add("SessionSv1.TerminateSession", (_, parameters, answer) => Terminate(parameters, answer, CgrDialect.Current));
        router.Add("SessionSv1.ProcessCDR", (_, parameters, answer) => ProcessCdr(parameters, answer, CgrDialect.Current));
        router.Add("SMGenericV1.GetMaxUsage", (_, parameters, answer) => Authorize(parameters, answer, CgrDialect.PreRc8, isDigest: false));
        router.Add("SMGenericV1.InitiateSession", (client, parameters, answer) => Initiate(client, parameters, answer, CgrDialect.PreRc8, isDigest: false));
        router.Add("SMGenericV1.UpdateSession", (client, parameters, answer) => Update(client, parameters, answer, CgrDialect.PreRc8));
        router.Add("SMGenericV1.TerminateSession", (_, parameters, answer) => Terminate(parameters, answer, CgrDialect.PreRc8));
        router.Add("SMGenericV1.ProcessCDR", (_, parameters, answer) => ProcessCdr(parameters, answer, CgrDialect.PreRc8));
        router.Add("SessionSv1.GetActiveSessions", GetActiveSessions);
        router.Add("SessionSv1.GetActiveSessionsCount", GetActiveSessionsCount);
        router.Add("SessionSv1.ForceDisconnect", ForceDisconnect);
    }

    private void Authorize(ReadOnlySpan<byte> parameters, ApiAnswer answer, CgrDialect dialect, bool isDigest)
    {
        if (!_reader.TryRead(parameters, dialect, "sessions.V1AuthorizeArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
        {
            answer.Fail(error!);
        }
        else if (!request.GetMaxUsage && !request.GetAttributes)
        {
            answer.Fail(NoSubsystems);
        }
        else
        {
            AttributeProfile? profile = ApplyAttributes(request, callEvent);
            CgrDuration? granted = null;
            if (request.GetMaxUsage)
            {
                error = _sessions.Authorize(callEvent, out long usage);
                granted = new CgrDuration(usage);
            }

            if (error is not null)
            {
                answer.Fail(error);
            }
            else if (isDigest)
            {
                answer.Reply(new AuthorizeWithDigestReply { MaxUsage = granted ?? CgrDuration.Zero, AttributesDigest = Digest(profile) });
            }
            else
            {
                long asked = callEvent.Usage ?? _options.DefaultUsage.Ticks * TimeSpan.NanosecondsPerTick;
                answer.Reply(new AuthorizeReply { MaxUsage = granted, Attributes = Altered(request, callEvent, profile, asked) }, dialect);
            }
        }
    }

    private void Initiate(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer, CgrDialect dialect, bool isDigest)
    {
        if (!_reader.TryRead(parameters, dialect, "sessions.V1InitSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
        {
            answer.Fail(error!);
        }
        else if (!request.InitSession && !request.GetAttributes)
        {
            answer.Fail(NoSubsystems);
        }
        else
        {
            AttributeProfile? profile = ApplyAttributes(request, callEvent);
            CgrDuration? granted = null;
            if (request.InitSession)
            {
                error = _sessions.Initiate(client, callEvent, RequestReader.Duration(request.DebitInterval), out long usage);
                granted = new CgrDuration(usage);
            }

            if (error is not null)
            {
                answer.Fail(error);
            }
            else if (isDigest)
            {
                answer.Reply(new InitiateWithDigestReply { MaxUsage = granted ?? CgrDuration.Zero, AttributesDigest = Digest(profile) });
            }
            else
            {
                answer.Reply(new InitiateReply { MaxUsage = granted, Attributes = Altered(request, callEvent, profile, callEvent.Usage) }, dialect);
            }
        }
    }

    private void Update(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer, CgrDialect dialect)
    {
        if (!_reader.TryRead(parameters, dialect, "sessions.V1UpdateSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
        {
            answer.Fail(error!);
        }
        else if (!request.UpdateSession && !request.GetAttributes)
        {
            answer.Fail(NoSubsystems);
        }
        else
        {
            AttributeProfile? profile = ApplyAttributes(request, callEvent);
            CgrDuration? granted = null;
            if (request.UpdateSession)
            {
                error = _sessions.Update(client, callEvent, RequestReader.Duration(request.DebitInterval), out long usage);
                granted = new CgrDuration(usage);
            }

            if (error is not null)
            {
                answer.Fail(error);
            }
            else
            {
                answer.Reply(new UpdateReply { MaxUsage = granted, Attributes = Altered(request, callEvent, profile, callEvent.Usage) }, dialect);
            }
        }
    }

    private void Terminate(ReadOnlySpan<byte> parameters, ApiAnswer answer, CgrDialect dialect)
    {
        if (!_reader.TryRead(parameters, dialect, "sessions.V1TerminateSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
        {
            answer.Fail(error!);
        }
        else if (!request.TerminateSession)
        {
            answer.Fail(NoSubsystems);
        }
        else if (callEvent.OriginId.Length == 0)
        {
            answer.Fail("MANDATORY_IE_MISSING: [OriginID]");
        }
        else
        {
            ApplyAttributes(request, callEvent);
            answer.Done(_sessions.Terminate(callEvent));
        }
    }

    private void ProcessCdr(ReadOnlySpan<byte> parameters, ApiAnswer answer, CgrDialect dialect)
    {
        if (!_reader.TryRead(parameters, dialect, "utils.CGREvent", out SessionRequest request, out CallEvent callEvent, out string? error))
        {
            answer.Fail(error == "MANDATORY_IE_MISSING: [CGREvent]" ? "MANDATORY_IE_MISSING: [Event]" : error!);
        }
        else
        {
            ApplyAttributes(request, callEvent);
            answer.Done(_sessions.ProcessCdr(callEvent));
        }
    }

    private AttributeProfile? ApplyAttributes(scoped in SessionRequest request, CallEvent callEvent)
    {
        _altered.Clear();
        return request.GetAttributes ? _sessions.ApplyAttributes(callEvent, _altered) : null;
    }

    private void GetActiveSessions(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!_queries.TryRead<GetActiveSessions, GetActiveSessionsReply>(parameters, answer, out GetActiveSessions query)
            || !TryFilter(query.Filters, answer, out EventFilter[] filters))
        {
            return;
        }

        // One after the other: together they may be very many.
        int left = query.Limit ?? int.MaxValue;
        bool isAny = false;
        answer.Result.WriteStartArray();
        foreach ((Session session, SessionRun run) in OpenRuns(filters))
        {
            if (left-- <= 0)
            {
                break;
            }

            isAny = true;
            Describe(session, run).WriteTo(answer.Result);
        }

        answer.Result.WriteEndArray();
        if (!isAny)
        {
            answer.Fail("NOT_FOUND");
        }
    }

    private void GetActiveSessionsCount(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (_queries.TryRead<GetActiveSessionsCount, GetActiveSessionsCountReply>(parameters, answer, out GetActiveSessionsCount query)
            && TryFilter(query.Filters, answer, out EventFilter[] filters))
        {
            answer.Reply(new GetActiveSessionsCountReply { Count = OpenRuns(filters).Count() });
        }
    }

    private void ForceDisconnect(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (_queries.TryRead<ForceDisconnect, OkReply>(parameters, answer, out ForceDisconnect command)
            && TryFilter(command.Filters, answer, out EventFilter[] filters))
        {
            _sessions.ForceDisconnect(filters);
            answer.Done(null);
        }
    }

    private static bool TryFilter(string[]? texts, ApiAnswer answer, out EventFilter[] filters)
    {
        if (!EventFilter.TryParse(texts, out filters, out string? error))
        {
            answer.Fail(error!);
            return false;
        }

        return true;
    }

    /// <summary>The runs of open sessions that a query wants; CGRateS lists and counts runs.</summary>
    private IEnumerable<(Session Session, SessionRun Run)> OpenRuns(EventFilter[] filters) =>
        from session in _sessions.Sessions.Open
        from run in session.Runs
        where EventFilter.AllMatch(filters, run.Event)
        select (session, run);

    private ActiveSession Describe(Session session, SessionRun run)
    {
        CallEvent callEvent = run.Event;
        SortedDictionary<string, string> extraFields = new(StringComparer.Ordinal);
        callEvent.CopyExtraFields(extraFields);
        return new ActiveSession
        {
            CgrId = session.CgrId,
            RunId = run.RunId,
            ToR = callEvent.ToR,
            OriginId = callEvent.OriginId,
            OriginHost = callEvent.OriginHost,
            Source = "SessionS_",
            RequestType = callEvent.RequestType,
            Tenant = callEvent.Tenant,
            Category = callEvent.Category,
            Account = callEvent.Account,
            Subject = callEvent.Subject,
            Destination = callEvent.Destination,
            SetupTime = ApiJson.OrZero(callEvent.SetupTime),
            AnswerTime = ApiJson.OrZero(callEvent.AnswerTime),
            Usage = new CgrDuration(run.TotalUsage),
            ExtraFields = ApiJson.Object(extraFields),
            NodeId = _options.NodeId,
            LoopIndex = run.Charges.Usage > 0 ? 1 : 0,
            DurationIndex = new CgrDuration(run.Charges.Usage),
            MaxRate = 0,
            MaxRateUnit = CgrDuration.Zero,
            MaxCostSoFar = CgrRounding.Trim(run.Charges.Cost),
            DebitInterval = new CgrDuration(session.DebitInterval),
            NextAutoDebit = ApiJson.OrZero(run.NextDebit),
        };
    }

    private string? Digest(AttributeProfile? profile) =>
        profile is null ? null : string.Join(',', _altered.Select(step => $"{step.Field}:{step.Value}"));

    private string? Altered(scoped in SessionRequest request, CallEvent callEvent, AttributeProfile? profile, long? askedUsage)
    {
        if (profile is null)
        {
            return null;
        }

        AlteredEvent altered = new()
        {
            MatchedProfiles = [$"{profile.Tenant}:{profile.Id}"],
            AlteredFields = [.. _altered.Select(step => $"*req.{step.Field}")],
            Tenant = callEvent.Tenant,
            Id = request.Id.ToString(),
            Event = ApiJson.Text(writer => callEvent.WriteTo(writer, CgrId.Of(callEvent.OriginId, callEvent.OriginHost), askedUsage)),
            ApiOpts = """{"*attrProfileIDs":null,"*subsys":"*sessions"}""",
        };
        return ApiJson.Text(altered.WriteTo);
    }
}
