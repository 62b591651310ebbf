using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The edge is told something it cannot do. The message names the file or option and the key, and says what to write.</summary>
public sealed class EdgeConfigException(string message) : Exception(message);

/// <summary>
/// The configuration file of an edge (<c>hotpath.json</c>), as it is written: every key optional, times in seconds. Comments and trailing
/// commas are allowed; a key that is not known is an error.
/// </summary>
public sealed class EdgeConfigFile
{
    private const int LongestTag = 64;

    /// <summary>Stable name of this edge, sent as OriginHost. Default: the machine's name.</summary>
    public string? Name { get; set; }

    /// <summary>Addresses SIP is received on. Default: <c>udp:127.0.0.1:5060</c>.</summary>
    public List<string>? Listen { get; set; }

    /// <summary>Next hop of calls, <c>sip:HOST:PORT</c>.</summary>
    public string? Route { get; set; }

    /// <summary>Next hops that are tried in this order where <see cref="Route"/> does not serve, in the same form. Default: none.</summary>
    public List<string>? FallbackRoutes { get; set; }

    /// <summary>Emergency numbers and services: <c>112</c>, <c>urn:service:sos*</c>. Default: none.</summary>
    public List<string>? Emergency { get; set; }

    /// <summary>Next hop that emergency calls try first, in the form of <see cref="Route"/>. Default: as all calls.</summary>
    public string? EmergencyRoute { get; set; }

    /// <summary>Numbers that are free to call: <c>0800*</c>. Default: none.</summary>
    public List<string>? Free { get; set; }

    /// <summary>How long a call waits for any response of a next hop before it also tries the next one, seconds. Default: 4.</summary>
    public double? RouteTimeout { get; set; }

    /// <summary>Session interval proposed where the caller proposes none, seconds; 0: none. Default: 1800.</summary>
    public double? SessionExpires { get; set; }

    /// <summary><c>auto</c>, <c>always</c> or <c>never</c>. Default: <c>auto</c>.</summary>
    public string? NatFlow { get; set; }

    /// <summary>What the marks in Record-Route are signed with, 16 characters at least. Default: made at each start.</summary>
    public string? Secret { get; set; }

    /// <summary>Charging engines, <c>[tls://]HOST[:PORT]</c>, in order of preference. Default: the embedded engine.</summary>
    public List<string>? Engines { get; set; }

    /// <summary>Whom to trust and what to show on connections to engines under TLS. Default: <see cref="EngineTls.Default"/>.</summary>
    public EngineTlsConfig? EngineTls { get; set; }

    /// <summary><c>failover</c>: the first engine that serves; <c>balanced</c>: the less busy of two. Default: <c>failover</c>.</summary>
    public string? EngineOrder { get; set; }

    /// <summary>Connections to each engine (at most the reference module's <c>max_async_connections</c>). Default: 1.</summary>
    public int? EngineConnections { get; set; }

    /// <summary>Local address that engines are connected to from (the reference module's <c>bind_ip</c>). Default: the system's choice.</summary>
    public string? BindIp { get; set; }

    /// <summary>Speak the API before rc8, <c>SMGenericV1</c>, to the engines (the reference module's <c>compat_mode</c>). Default: no.</summary>
    public bool? CompatMode { get; set; }

    /// <summary>Account all calls are charged to. Default: the user of the From URI.</summary>
    public string? Account { get; set; }

    /// <summary>CGRateS tenant. Default: <c>cgrates.org</c>; empty: not sent.</summary>
    public string? Tenant { get; set; }

    /// <summary>Request type. Default: <c>*prepaid</c>; empty: left to the engine's attributes.</summary>
    public string? RequestType { get; set; }

    /// <summary>Rating category. Default: <c>call</c>.</summary>
    public string? Category { get; set; }

    /// <summary>Ask the engine to apply its attributes. Default: no.</summary>
    public bool? GetAttributes { get; set; }

    /// <summary>Fields for the event of every command, as they stand here. Default: none.</summary>
    public Dictionary<string, JsonElement>? Variables { get; set; }

    /// <summary>Members for beside the event of every command, as they stand here. Default: none.</summary>
    public Dictionary<string, JsonElement>? Options { get; set; }

    /// <summary>Billing sessions that calls have beside the one that the keys around this one describe. Default: none.</summary>
    public List<SessionConfig>? Sessions { get; set; }

    /// <summary>Deliver CDRs of answered calls. Default: yes.</summary>
    public bool? Cdr { get; set; }

    /// <summary>Deliver CDRs of missed calls. Default: yes.</summary>
    public bool? MissedCdr { get; set; }

    /// <summary><c>up</c>, <c>module</c> or <c>milliseconds</c>. Default: <c>up</c>.</summary>
    public string? UsageRounding { get; set; }

    /// <summary>Length of call asked for in Authorize and Initiate, seconds. Default: none.</summary>
    public int? AuthorizeUsage { get; set; }

    /// <summary>Length of the pieces in which the edge has calls debited, seconds. Default: none.</summary>
    public int? DebitInterval { get; set; }

    /// <summary><c>measured</c> or <c>zero</c>: what is billed of a call whose answer was never acknowledged. Default: <c>measured</c>.</summary>
    public string? NoAckBilling { get; set; }

    /// <summary>The engines keep the cost of ended sessions (<c>store_session_costs</c>). Default: no, but for the embedded engine.</summary>
    public bool? EnginesStoreSessionCosts { get; set; }

    /// <summary>The engines share their sessions. Default: no.</summary>
    public bool? EnginesReplicate { get; set; }

    /// <summary>How long a call may run while no engine can be asked, seconds; 0: not at all. Default: 3600 for <c>*postpaid</c> and <c>*rated</c>, else 0.</summary>
    public double? AllowedWithoutEngine { get; set; }

    /// <summary><c>end</c> or <c>settle</c>: what becomes of a call whose session the engine has forgotten. Default: <c>end</c>.</summary>
    public string? OnLostByEngine { get; set; }

    /// <summary>Final response to a call the account may not make. Default: 403.</summary>
    public int? RefusedStatus { get; set; }

    /// <summary>Longest time from INVITE to answer, seconds. Default: 180.</summary>
    public double? MaxRinging { get; set; }

    /// <summary>Longest call, seconds. Default: 43200.</summary>
    public double? MaxCallDuration { get; set; }

    /// <summary>Calls are authorised and charged. Default: yes; no: they pass for free, and no engine is needed.</summary>
    public bool? Charging { get; set; }

    /// <summary>Threads that serve calls. Default: 1 on up to two cores, else the number of cores.</summary>
    public int? Lanes { get; set; }

    /// <summary>Longest SIP message, bytes. Default: 65535.</summary>
    public int? MaxMessageLength { get; set; }

    /// <summary>Most header fields of a SIP message. Default: 200.</summary>
    public int? MaxHeaders { get; set; }

    /// <summary>Longest Request-URI, bytes. Default: 8192.</summary>
    public int? MaxRequestUriLength { get; set; }

    /// <summary>Most calls at once. Default: 50000.</summary>
    public int? MaxCalls { get; set; }

    /// <summary>How long what arrives may wait; when it has waited longer for as long again, new requests are refused; seconds; 0: for ever. Default: 0.1.</summary>
    public double? ShedAfter { get; set; }

    /// <summary>Longest wait of an authorisation for one engine, seconds. Default: 0.5.</summary>
    public double? AuthorizeAttemptTimeout { get; set; }

    /// <summary>Longest wait of an authorisation in all, seconds. Default: 2.</summary>
    public double? AuthorizeTimeout { get; set; }

    /// <summary>Longest wait of other commands, seconds. Default: 5.</summary>
    public double? CommandTimeout { get; set; }

    /// <summary>Longest pause between tries to reach an engine, seconds. Default: 60.</summary>
    public double? RetryTimeout { get; set; }

    /// <summary>Commands under way to one engine, from which on authorisations are refused. Default: 8192.</summary>
    public int? MaxInFlight { get; set; }

    /// <summary>Pause between two questions after sessions whose connection is gone, seconds. Default: 5.</summary>
    public double? SessionAuditInterval { get; set; }

    /// <summary>Where what is owed for calls is written down, so that a crash loses nothing. Default: nowhere.</summary>
    public JournalConfig? Journal { get; set; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EdgeConfigException">It cannot be read, is not JSON, or has an unknown key or a value of the wrong type.</exception>
    public static EdgeConfigFile Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, EdgeConfigJson.Default.EdgeConfigFile)
                ?? throw new EdgeConfigException($"{path}: the file says null; write a JSON object");
        }
        catch (JsonException error)
        {
            string place = error.LineNumber is { } line ? $"{path}:{line + 1}" : path;
            string key = error.Path is { Length: > 2 } and not "$" ? $"{error.Path[2..]}: " : "";
            throw new EdgeConfigException($"{place}: {key}{Explain(error.Message.Split(" Path: ")[0])}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EdgeConfigException($"{path}: cannot be read: {error.Message}");
        }
    }

    /// <summary>The reader's words, or better ones where it speaks of .NET types.</summary>
    private static string Explain(string message) => message switch
    {
        _ when message.Contains("could not be mapped", StringComparison.Ordinal) => "no such key; see docs/configuration.md",
        _ when message.StartsWith("Duplicate property", StringComparison.Ordinal) => "it stands here twice; write it once",
        _ when message.Contains("any JSON tokens", StringComparison.Ordinal) => "nothing is written here; write a JSON object",
        _ when message.Contains("EdgeConfigFile", StringComparison.Ordinal) => "this is not an object; write { \"KEY\": VALUE }",
        _ when !message.Contains("could not be converted", StringComparison.Ordinal) => message,
        _ when message.Contains("HotPath.Edge", StringComparison.Ordinal) && !message.Contains("List", StringComparison.Ordinal) => "this is not an object; write { … }",
        _ when message.Contains("Dictionary", StringComparison.Ordinal) => "this is not an object; write { \"NAME\": VALUE }",
        _ when message.Contains("List", StringComparison.Ordinal) => "this is not a list; write [ … ]",
        _ when message.Contains("Boolean", StringComparison.Ordinal) => "this is neither true nor false; write one of them, without quotes",
        _ when message.Contains("System.String", StringComparison.Ordinal) => "this is not a text; write it in quotes",
        _ => "this is not a number, or not one that fits; write a number, without quotes",
    };

    /// <summary>Checks every value and makes the options.</summary>
    /// <param name="source">What the values came from, for messages: a file's path.</param>
    /// <exception cref="EdgeConfigException">A value makes no sense; the message names the first one.</exception>
    public EdgeOptions ToOptions(string source)
    {
        foreach ((string key, IEnumerable<object?>? values) in (ReadOnlySpan<(string, IEnumerable<object?>?)>)
            [("listen", Listen), ("fallbackRoutes", FallbackRoutes), ("emergency", Emergency), ("free", Free), ("engines", Engines), ("sessions", Sessions)])
        {
            if (values?.ToList().IndexOf(null) is >= 0 and int empty)
            {
                throw Wrong($"{key}[{empty}]", "null says nothing; leave it out or write a value");
            }
        }

        EngineTls engineTls = ReadEngineTls();
        ListenAddress[] listen = ReadListen();
        RouteTarget[] routes = ReadRoutes();
        return new EdgeOptions
        {
            Listen = listen,
            Routes = routes,
            EmergencyNumbers = ReadNumbers("emergency", Emergency),
            EmergencyRoute = EmergencyRoute is null ? null
                : Emergency is null or [] ? throw Wrong("emergencyRoute", "there are no emergency numbers; write them as emergency")
                : ReadRoute("emergencyRoute", EmergencyRoute),
            FreeNumbers = (Free ?? []).FindIndex(NumberPatterns.IsService) is >= 0 and var service
                ? throw Wrong($"free[{service}]", $"'{Free![service]}' is a service; services are for emergency, write a number")
                : ReadNumbers("free", Free),
            RouteTimeout = Seconds("routeTimeout", RouteTimeout, 4, 0.5, 32),
            SessionExpires = SessionExpires is 0 ? TimeSpan.Zero : Seconds("sessionExpires", SessionExpires, 1800, EdgeOptions.MinSessionExpires.TotalSeconds, 86_400),
            NatFlow = NatFlow switch
            {
                null or "auto" => Edge.NatFlow.Auto,
                "always" => Edge.NatFlow.Always,
                "never" => Edge.NatFlow.Never,
                _ => throw Wrong("natFlow", $"'{NatFlow}' is not known; write auto, always or never"),
            },
            Secret = Secret is null or { Length: >= 16 } ? Secret : throw Wrong("secret", "it is too short to be one; write 16 random characters at least"),
            Engine = new EngineClientOptions
            {
                Engines = ReadEngines(),
                Dialect = CompatMode ?? false ? CgrDialect.PreRc8 : CgrDialect.Current,
                SafeAttemptTimeout = Seconds("authorizeAttemptTimeout", AuthorizeAttemptTimeout, 0.5, 0.01, 60),
                SafeTimeout = Seconds("authorizeTimeout", AuthorizeTimeout, 2, 0.01, 60),
                CommandTimeout = Seconds("commandTimeout", CommandTimeout, 5, 0.01, 300),
                RetryTimeout = Seconds("retryTimeout", RetryTimeout, 60, 1, 3600),
                SessionAuditInterval = Seconds("sessionAuditInterval", SessionAuditInterval, 5, 0.1, 3600),
                Order = EngineOrder switch
                {
                    null or "failover" => OrderPolicy.Failover,
                    "balanced" => OrderPolicy.Balanced,
                    _ => throw Wrong("engineOrder", $"'{EngineOrder}' is not known; write failover or balanced"),
                },
                MaxConnections = Count("engineConnections", EngineConnections, 1, 16),
                MaxInFlight = Count("maxInFlight", MaxInFlight, 8192, 65_536),
                BindAddress = BindIp is null ? null
                    : IPAddress.TryParse(BindIp, out IPAddress? bind) ? bind
                    : throw Wrong("bindIp", $"'{BindIp}' is not an address; write one of this machine's, for example 192.0.2.1"),
            },
            Charging = ReadProfile(),
            Sessions = ReadSessions(),
            Journal = ReadJournal(),
            Account = Given("account", Account),
            RefusedStatus = RefusedStatus is null or (>= 400 and <= 699) ? RefusedStatus ?? 403 : throw Wrong("refusedStatus", $"{RefusedStatus} is not a final error; write 400 to 699"),
            MaxRinging = Seconds("maxRinging", MaxRinging, 180, 1, 3600),
            MaxCallDuration = Seconds("maxCallDuration", MaxCallDuration, 43_200, 1, 30 * 86_400),
            IsCharging = Charging ?? true,
            Lanes = Count("lanes", Lanes, EdgeOptions.DefaultLanes, EdgeOptions.MostLanes),
            SipLimits = new SipLimits
            {
                MaxMessageLength = Count("maxMessageLength", MaxMessageLength, SipLimits.Default.MaxMessageLength, 65_535),
                MaxHeaders = Count("maxHeaders", MaxHeaders, SipLimits.Default.MaxHeaders, short.MaxValue),
                MaxRequestUriLength = Count("maxRequestUriLength", MaxRequestUriLength, SipLimits.Default.MaxRequestUriLength, 65_535),
            },
            MaxCalls = Count("maxCalls", MaxCalls, 50_000, 1_000_000),
            ShedAfter = Seconds("shedAfter", ShedAfter, 0.1, 0, 10),
        };

        ListenAddress[] ReadListen()
        {
            ListenAddress[] listen = [.. (Listen ?? ["udp:127.0.0.1:5060"]).Select((text, i) =>
                ListenAddress.TryParse(text, out ListenAddress address, out string problem) ? address : throw Wrong($"listen[{i}]", problem))];
            return listen.Length == 0 ? throw Wrong("listen", "it says nothing; leave it out or write an address")
                : RepeatedAt(listen) is >= 0 and int again && listen[again].Port != 0 ? throw Wrong($"listen[{again}]", $"'{Listen![again]}' stands there already; write it once")
                : listen;
        }

        EngineAddress[] ReadEngines()
        {
            EngineAddress[] engines = [.. (Engines ?? []).Select((text, i) => EngineAddress.TryParse(text, out EngineAddress address)
                ? address with { Tls = address.Tls is null ? null : engineTls }
                : throw Wrong($"engines[{i}]", $"'{text}' is not an address; write HOST or HOST:PORT, for example 127.0.0.1:2014"))];
            return RepeatedAt(engines) is >= 0 and int again ? throw Wrong($"engines[{again}]", $"'{Engines![again]}' stands there already; write it once") : engines;
        }

        RouteTarget[] ReadRoutes()
        {
            if (Route is null)
            {
                return FallbackRoutes is null or [] ? [] : throw Wrong("fallbackRoutes", "there is no route they could stand in for; write the first one as route");
            }

            RouteTarget[] routes = [ReadRoute("route", Route), .. (FallbackRoutes ?? []).Select((text, i) => ReadRoute($"fallbackRoutes[{i}]", text))];
            if (RepeatedAt(Array.ConvertAll(routes, route => route.Endpoint)) is >= 0 and int again)
            {
                throw Wrong($"fallbackRoutes[{again - 1}]", $"'{routes[again]}' is a next hop already; write it once");
            }

            int most = RouteHealth.MostRoutes - (EmergencyRoute is null ? 0 : 1);
            return routes.Length <= most ? routes : throw Wrong("fallbackRoutes", $"{routes.Length - 1} are too many; write {most - 1} at most");
        }

        NumberPatterns ReadNumbers(string key, List<string>? texts) =>
            NumberPatterns.TryParse(texts ?? [], out NumberPatterns? numbers, out int wrong, out string problem) ? numbers : throw Wrong($"{key}[{wrong}]", problem);

        RouteTarget ReadRoute(string key, string text) =>
            !RouteTarget.TryParse(text, out RouteTarget? route, out string problem) ? throw Wrong(key, problem)
            : listen.Any(own => new SipEndpoint(own.Transport, own.Address, own.Port) == route!.Endpoint) ? throw Wrong(key, $"'{text}' is this edge itself; write where calls go from here")
            : route!;

        static int RepeatedAt<T>(T[] values)
        {
            HashSet<T> seen = [];
            return Array.FindIndex(values, value => !seen.Add(value));
        }

        // The call's own session, or one beside it, which is like it where it does not say otherwise.
        ChargingProfile ReadProfile(SessionConfig? session = null, string keys = "") => new()
        {
            OriginHost = Name is null or "" ? Environment.MachineName : Name,
            Tag = session?.Tag ?? "",
            Tenant = session?.Tenant ?? Tenant ?? "cgrates.org",
            RequestType = ReadRequestType(session?.RequestType is null ? "requestType" : $"{keys}requestType", session?.RequestType ?? RequestType ?? "*prepaid"),
            Category = session?.Category ?? Category ?? "call",
            GetAttributes = session?.GetAttributes ?? GetAttributes ?? false,
            Variables = ConfiguredVariables.Read(session is null ? Variables : session.Variables, $"{keys}variables", Wrong),
            Options = ConfiguredVariables.Read(session is null ? Options : session.Options, $"{keys}options", Wrong),
            Cdr = session?.Cdr ?? Cdr ?? true,
            MissedCdr = session?.MissedCdr ?? MissedCdr ?? true,
            EnginesStoreSessionCosts = EnginesStoreSessionCosts ?? Engines is null or [],
            EnginesReplicate = EnginesReplicate ?? false,
            AllowedWithoutEngine = AllowedWithoutEngine is null ? null : Seconds("allowedWithoutEngine", AllowedWithoutEngine, 0, 0, 86_400),
            OnLostByEngine = OnLostByEngine switch
            {
                null or "end" => LostSessionPolicy.End,
                "settle" => LostSessionPolicy.Settle,
                _ => throw Wrong("onLostByEngine", $"'{OnLostByEngine}' is not known; write end or settle"),
            },
            UsageRounding = UsageRounding switch
            {
                null or "up" => Billing.UsageRounding.Up,
                "module" => Billing.UsageRounding.Module,
                "milliseconds" when CompatMode ?? false => throw Wrong("usageRounding", "engines of compatMode take whole seconds; write up or module"),
                "milliseconds" => Billing.UsageRounding.Milliseconds,
                _ => throw Wrong("usageRounding", $"'{UsageRounding}' is not known; write up, module or milliseconds"),
            },
            AuthorizeUsage = AuthorizeUsage is null ? null : Seconds("authorizeUsage", AuthorizeUsage, 0, 1, 7 * 86_400),
            DebitInterval = DebitInterval is null ? null : Seconds("debitInterval", DebitInterval, 0, 10, 86_400),
            NoAckBilling = NoAckBilling switch
            {
                null or "measured" => Billing.NoAckBilling.Measured,
                "zero" => Billing.NoAckBilling.Zero,
                _ => throw Wrong("noAckBilling", $"'{NoAckBilling}' is not known; write measured or zero"),
            },
        };

        string ReadRequestType(string key, string text) =>
            text is "" or "*prepaid" or "*postpaid" or "*pseudoprepaid" or "*rated" or "*dynaprepaid" or "*none"
                ? text
                : throw Wrong(key, $"'{text}' is not known; write *prepaid, *postpaid, *pseudoprepaid or *rated");

        EdgeSessionOptions[] ReadSessions()
        {
            int count = Sessions?.Count ?? 0;
            return count <= EdgeSessionOptions.MostPerCall
                ? [.. (Sessions ?? []).Select((session, i) => ReadSession(session, i))]
                : throw Wrong("sessions", $"{count} are too many; write {EdgeSessionOptions.MostPerCall} at most");
        }

        EdgeSessionOptions ReadSession(SessionConfig session, int index)
        {
            string key = $"sessions[{index}]";
            if (!IsTag(session.Tag))
            {
                throw Wrong($"{key}.tag", $"{(session.Tag is null ? "it is missing" : $"'{session.Tag}' cannot be one")}; write 1 to {LongestTag} letters, digits, '-', '_' or '.'");
            }

            if (Sessions!.FindIndex(other => other.Tag == session.Tag) < index)
            {
                throw Wrong($"{key}.tag", $"another session has '{session.Tag}' too; write one that tells them apart");
            }

            return new EdgeSessionOptions
            {
                Profile = ReadProfile(session, $"{key}."),
                Account = Given($"{key}.account", session.Account),
                Destination = Given($"{key}.destination", session.Destination),
                IsAuthorized = session.Authorize ?? true,
                Route = session.Route is null ? null
                    : ReadRoute($"{key}.route", session.Route) is var named && routes.FirstOrDefault(route => route.Endpoint == named.Endpoint) is { } route ? route
                    : throw Wrong($"{key}.route", $"calls do not go to '{session.Route}'; write route or one of fallbackRoutes"),
            };
        }

        string? Given(string key, string? text) => text is not "" ? text : throw Wrong(key, "it says nothing; leave it out or write a value");

        static bool IsTag([NotNullWhen(true)] string? tag) =>
            tag is { Length: > 0 and <= LongestTag } && tag.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

        EdgeJournalOptions? ReadJournal() => Journal is null ? null : new EdgeJournalOptions
        {
            Folder = Journal.Folder is null or "" ? throw Wrong("journal.folder", "it is missing; write the path of a folder") : Journal.Folder,
            Level = Journal.Level switch
            {
                null or "process" => JournalLevel.Process,
                "power" => JournalLevel.Power,
                _ => throw Wrong("journal.level", $"'{Journal.Level}' is not known; write process or power"),
            },
            ResumesCalls = Journal.OnResume switch
            {
                null or "bye" => false,
                "resume" => true,
                _ => throw Wrong("journal.onResume", $"'{Journal.OnResume}' is not known; write bye or resume"),
            },
        };

        EngineTls ReadEngineTls()
        {
            if (EngineTls is null)
            {
                return Rpc.EngineTls.Default;
            }

            if (Engines is null || !Engines.Exists(text => EngineAddress.TryParse(text, out EngineAddress address) && address.Tls is not null))
            {
                throw Wrong("engineTls", "no engine is reached over TLS; write it as tls://HOST:PORT");
            }

            if (EngineTls is { Key: not null, Certificate: null })
            {
                throw Wrong("engineTls.key", "it belongs to a certificate; write that too");
            }

            try
            {
                return Rpc.EngineTls.FromFiles(EngineTls.Authorities, EngineTls.Certificate, EngineTls.Key, EngineTls.ServerName);
            }
            catch (IOException unreadable)
            {
                throw Wrong("engineTls", unreadable.Message);
            }
        }

        EdgeConfigException Wrong(string key, string problem) => new($"{source}: {key}: {problem}");

        int Count(string key, int? value, int fallback, int most) =>
            (value ?? fallback) is >= 1 and var count && count <= most ? count : throw Wrong(key, $"{value} is out of range; write 1 to {most}");

        TimeSpan Seconds(string key, double? value, double fallback, double least, double most) =>
            (value ?? fallback) is var seconds && seconds >= least && seconds <= most
                ? TimeSpan.FromSeconds(seconds)
                : throw Wrong(key, $"{value} is out of range; write {least} to {most} seconds");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(EdgeConfigFile))]
internal sealed partial class EdgeConfigJson : JsonSerializerContext;
