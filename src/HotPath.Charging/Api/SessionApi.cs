using System.Text.Json;
using HotPath.Rpc;

namespace HotPath.Charging;

/// <summary>The methods of <c>SessionSv1</c>. Source: facts cgrates-engine.md §4.2, wire recordings 041-154.</summary>
internal sealed class SessionApi
{
    private const string NoSubsystems = "MANDATORY_IE_MISSING: [subsystems]";

    private readonly SessionService _sessions;
    private readonly RequestReader _reader;
    private readonly EngineOptions _options;
    private readonly List<AttributeStep> _altered = [];

    public SessionApi(SessionService sessions, EngineOptions options, ApiRouter router)
    {
        _sessions = sessions;
        _options = options;
        _reader = new RequestReader(options);
        router.Add("SessionSv1.AuthorizeEvent", (_, parameters, answer) => Authorize(parameters, answer, isDigest: false));
        router.Add("SessionSv1.AuthorizeEventWithDigest", (_, parameters, answer) => Authorize(parameters, answer, isDigest: true));
        router.Add("SessionSv1.InitiateSession", (client, parameters, answer) => Initiate(client, parameters, answer, isDigest: false));
        router.Add("SessionSv1.InitiateSessionWithDigest", (client, parameters, answer) => Initiate(client, parameters, answer, isDigest: true));
        router.Add("SessionSv1.UpdateSession", Update);
        router.Add("SessionSv1.TerminateSession", Terminate);
        router.Add("SessionSv1.ProcessCDR", ProcessCdr);
        router.Add("SessionSv1.GetActiveSessions", GetActiveSessions);
        router.Add("SessionSv1.GetActiveSessionsCount", GetActiveSessionsCount);
        router.Add("SessionSv1.ForceDisconnect", ForceDisconnect);
    }

    private void Authorize(ReadOnlySpan<byte> parameters, ApiAnswer answer, bool isDigest)
    {
        if (!_reader.TryRead(parameters, "sessions.V1AuthorizeArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
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
            long? granted = null;
            if (request.GetMaxUsage)
            {
                error = _sessions.Authorize(callEvent, out long usage);
                granted = usage;
            }

            long asked = callEvent.Usage ?? _options.DefaultUsage.Ticks * TimeSpan.NanosecondsPerTick;
            Answer(answer, request, callEvent, profile, error, granted, asked, isDigest, isAuthorization: true);
        }
    }

    private void Initiate(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer, bool isDigest)
    {
        if (!_reader.TryRead(parameters, "sessions.V1InitSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
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
            long? granted = null;
            if (request.InitSession)
            {
                error = _sessions.Initiate(client, callEvent, RequestReader.Duration(request.DebitInterval), out long usage);
                granted = usage;
            }

            Answer(answer, request, callEvent, profile, error, granted, callEvent.Usage, isDigest, isAuthorization: false);
        }
    }

    private void Update(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!_reader.TryRead(parameters, "sessions.V1UpdateSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
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
            long? granted = null;
            if (request.UpdateSession)
            {
                error = _sessions.Update(client, callEvent, RequestReader.Duration(request.DebitInterval), RequestReader.Duration(request.LastUsed), out long usage);
                granted = usage;
            }

            Answer(answer, request, callEvent, profile, error, granted, callEvent.Usage, isDigest: false, isAuthorization: false);
        }
    }

    private void Terminate(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!_reader.TryRead(parameters, "sessions.V1TerminateSessionArgs", out SessionRequest request, out CallEvent callEvent, out string? error))
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

    private void ProcessCdr(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!_reader.TryRead(parameters, "utils.CGREvent", out SessionRequest request, out CallEvent callEvent, out string? error))
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
        if (!EventFilterReader.TryRead(parameters, out EventFilter[] filters, out string? error))
        {
            answer.Fail(error!);
            return;
        }

        bool isAny = false;
        answer.Result.WriteStartArray();
        foreach (Session session in _sessions.Sessions.Open)
        {
            foreach (SessionRun run in session.Runs)
            {
                if (EventFilter.AllMatch(filters, run.Event))
                {
                    isAny = true;
                    ActiveSessionWriter.Write(answer.Result, session, run, _options.NodeId);
                }
            }
        }

        answer.Result.WriteEndArray();
        if (!isAny)
        {
            answer.Fail("NOT_FOUND");
        }
    }

    private void GetActiveSessionsCount(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!EventFilterReader.TryRead(parameters, out EventFilter[] filters, out string? error))
        {
            answer.Fail(error!);
            return;
        }

        // CGRateS counts runs.
        answer.Result.WriteNumberValue(_sessions.Sessions.Open.Sum(session => session.Runs.Count(run => EventFilter.AllMatch(filters, run.Event))));
    }

    private void ForceDisconnect(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (EventFilterReader.TryRead(parameters, out EventFilter[] filters, out string? error))
        {
            _sessions.ForceDisconnect(filters);
        }

        answer.Done(error);
    }

    private void Answer(
        ApiAnswer answer,
        scoped in SessionRequest request,
        CallEvent callEvent,
        AttributeProfile? profile,
        string? error,
        long? granted,
        long? askedUsage,
        bool isDigest,
        bool isAuthorization)
    {
        if (error is not null)
        {
            answer.Fail(error);
            return;
        }

        Utf8JsonWriter writer = answer.Result;
        writer.WriteStartObject();
        if (isDigest)
        {
            WriteDigest(writer, profile, granted, isAuthorization);
        }
        else
        {
            if (profile is not null)
            {
                WriteAttributes(writer, request, callEvent, profile, askedUsage);
            }

            if (granted is not null)
            {
                writer.WriteNumber("MaxUsage"u8, granted.Value);
            }
        }

        writer.WriteEndObject();
    }

    private void WriteDigest(Utf8JsonWriter writer, AttributeProfile? profile, long? granted, bool isAuthorization)
    {
        if (profile is null)
        {
            writer.WriteNull("AttributesDigest"u8);
        }
        else
        {
            writer.WriteString("AttributesDigest"u8, string.Join(',', _altered.Select(step => $"{step.Field}:{step.Value}")));
        }

        writer.WriteNull("ResourceAllocation"u8);
        writer.WritePropertyName("MaxUsage"u8);
        WriteSeconds(writer, granted ?? 0);
        if (isAuthorization)
        {
            writer.WriteNull("RoutesDigest"u8);
        }

        writer.WriteNull("Thresholds"u8);
        writer.WriteNull("StatQueues"u8);
    }

    /// <summary>Seconds, with a fraction only where there is one; no limit is -1.</summary>
    private static void WriteSeconds(Utf8JsonWriter writer, long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            writer.WriteNumberValue(-1);
            return;
        }

        writer.WriteNumberValue(CgrRounding.Trim((decimal)nanoseconds / Nanoseconds.PerSecond));
    }

    private void WriteAttributes(Utf8JsonWriter writer, scoped in SessionRequest request, CallEvent callEvent, AttributeProfile profile, long? askedUsage)
    {
        writer.WriteStartObject("Attributes"u8);
        writer.WriteStartArray("MatchedProfiles"u8);
        writer.WriteStringValue($"{profile.Tenant}:{profile.Id}");
        writer.WriteEndArray();
        writer.WriteStartArray("AlteredFields"u8);
        foreach (AttributeStep step in _altered)
        {
            writer.WriteStringValue($"*req.{step.Field}");
        }

        writer.WriteEndArray();
        writer.WriteString("Tenant"u8, callEvent.Tenant);
        writer.WriteString("ID"u8, request.Id.Utf8);
        writer.WriteNull("Time"u8);
        writer.WritePropertyName("Event"u8);
        callEvent.WriteTo(writer, CgrId.Of(callEvent.OriginId, callEvent.OriginHost), askedUsage);
        writer.WriteStartObject("APIOpts"u8);
        writer.WriteNull("*attrProfileIDs"u8);
        writer.WriteString("*subsys"u8, "*sessions"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
