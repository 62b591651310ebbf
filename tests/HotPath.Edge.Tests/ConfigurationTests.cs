using System.Net;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a mistake in the configuration is one line that names the file and key and says what to write.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Every_key_has_a_default()
    {
        EdgeOptions options = Load("{}");
        Assert.Equal(new ListenAddress(SipTransportKind.Udp, IPAddress.Loopback, 5060), Assert.Single(options.Listen));
        Assert.Empty(options.Routes);
        Assert.Null(options.Account);
        Assert.Equal("*prepaid", options.Charging.RequestType);
        Assert.Equal(403, options.RefusedStatus);
        Assert.Equal(CgrDialect.Current, options.Engine.Dialect);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        EdgeOptions options = Load("""{ "engines": ["a:2014", "[::1]:2014"], // two of them""" + "\n" + """ "route": "sip:192.0.2.10", }""");
        Assert.Equal(["a:2014", "[::1]:2014"], options.Engine.Engines.Select(engine => engine.ToString()));
        Assert.Equal("udp:192.0.2.10:5060", Assert.Single(options.Routes).Endpoint.ToString());
    }

    [Fact]
    public void Compat_mode_is_the_dialect_before_rc8() =>
        Assert.Equal(CgrDialect.PreRc8, Load("""{ "compatMode": true }""").Engine.Dialect);

    [Fact]
    public void Engines_are_talked_to_as_configured()
    {
        EngineClientOptions engine = Load(
            """{ "engineOrder": "balanced", "engineConnections": 2, "maxInFlight": 10, "bindIp": "::1", "sessionAuditInterval": 2.5, "retryTimeout": 7 }""").Engine;
        Assert.Same(OrderPolicy.Balanced, engine.Order);
        Assert.Equal((2, 10), (engine.MaxConnections, engine.MaxInFlight));
        Assert.Equal(IPAddress.IPv6Loopback, engine.BindAddress);
        Assert.Equal((2.5, 7), (engine.SessionAuditInterval.TotalSeconds, engine.Probe.LongestPause.TotalSeconds));
    }

    [Fact]
    public void Only_engines_written_so_are_reached_over_tls() =>
        Assert.Equal([false, true], Load("""{ "engines": ["a", "tls://b"], "engineTls": { "serverName": "c" } }""").Engine.Engines.Select(engine => engine.Tls is not null));

    [Fact]
    public void Variables_are_written_as_they_stand()
    {
        ChargingProfile charging = Load("""{ "variables": { "S": "a\"b", "I": 42, "L": ["x", /* no */ 1.50,], "B": false }, "options": { "Limit": 1 } }""").Charging;
        Assert.Equal("""{"S":"a\"b","I":42,"L":["x",1.50],"B":false}""", charging.Variables!.ToString());
        Assert.Equal("""{"Limit":1}""", charging.Options!.ToString());
        Assert.Null(Load("""{ "variables": {} }""").Charging.Variables);
    }

    [Fact]
    public void What_happens_without_an_engine_is_configured()
    {
        ChargingProfile charging = Load("""{ "allowedWithoutEngine": 90, "onLostByEngine": "settle", "enginesReplicate": true }""").Charging;
        Assert.Equal((TimeSpan.FromSeconds(90), LostSessionPolicy.Settle, true), (charging.AllowedWithoutEngine, charging.OnLostByEngine, charging.EnginesReplicate));
        charging = Load("{}").Charging;
        Assert.Equal((null, LostSessionPolicy.End, false), (charging.AllowedWithoutEngine, charging.OnLostByEngine, charging.EnginesReplicate));
    }

    [Fact]
    public void What_is_asked_for_and_billed_is_configured()
    {
        ChargingProfile charging = Load("""{ "usageRounding": "milliseconds", "authorizeUsage": 3600, "debitInterval": 30, "noAckBilling": "zero" }""").Charging;
        Assert.Equal((UsageRounding.Milliseconds, NoAckBilling.Zero), (charging.UsageRounding, charging.NoAckBilling));
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)), (charging.AuthorizeUsage, charging.DebitInterval));
        charging = Load("{}").Charging;
        Assert.Equal((UsageRounding.Up, NoAckBilling.Measured, null, null), (charging.UsageRounding, charging.NoAckBilling, charging.AuthorizeUsage, charging.DebitInterval));
    }

    [Fact]
    public void Emergency_and_free_numbers_are_patterns()
    {
        EdgeOptions options = Load("""{ "route": "sip:192.0.2.10", "emergency": ["112", "urn:service:sos*"], "emergencyRoute": "sip:192.0.2.20", "free": ["0800*"] }""");
        Assert.Equal((2, 1), (options.EmergencyNumbers.Count, options.FreeNumbers.Count));
        Assert.Equal("udp:192.0.2.20:5060", options.EmergencyRoute!.Endpoint.ToString());
        options = Load("{}");
        Assert.Equal((0, 0, null), (options.EmergencyNumbers.Count, options.FreeNumbers.Count, options.EmergencyRoute));
    }

    [Fact]
    public void A_session_beside_the_calls_own_is_like_it_where_it_does_not_say_otherwise()
    {
        EdgeOptions options = Load(
            """
            {
              "name": "edge-1", "route": "sip:192.0.2.10", "fallbackRoutes": ["sip:192.0.2.11:5070"], "tenant": "a.example", "category": "sms", "missedCdr": false,
              "variables": { "Own": 1 },
              "sessions": [
                { "tag": "carrier", "account": "carrier-7", "requestType": "*postpaid", "variables": { "Trunk": 7 }, "authorize": false, "route": "sip:192.0.2.11:5070" },
                { "tag": "reseller", "destination": "all", "tenant": "b.example", "missedCdr": true, "cdr": false }
              ]
            }
            """);
        EdgeSessionOptions carrier = options.Sessions[0], reseller = options.Sessions[1];
        Assert.Equal(("", "carrier", "reseller"), (options.Charging.Tag, carrier.Profile.Tag, reseller.Profile.Tag));
        Assert.Equal(("edge-1", "a.example", "*postpaid", "sms"), (carrier.Profile.OriginHost, carrier.Profile.Tenant, carrier.Profile.RequestType, carrier.Profile.Category));
        Assert.Equal(("carrier-7", null, false, options.Routes[1]), (carrier.Account, carrier.Destination, carrier.IsAuthorized, carrier.Route));
        Assert.Equal((true, false), (carrier.Profile.Cdr, carrier.Profile.MissedCdr));
        Assert.Equal("""{"Trunk":7}""", carrier.Profile.Variables!.ToString());
        Assert.Equal((null, "all", true, null), (reseller.Account, reseller.Destination, reseller.IsAuthorized, reseller.Route));
        Assert.Equal(("b.example", "*prepaid", false, true), (reseller.Profile.Tenant, reseller.Profile.RequestType, reseller.Profile.Cdr, reseller.Profile.MissedCdr));
        Assert.Null(reseller.Profile.Variables);
    }

    [Theory]
    [InlineData("""{ }""", true)]
    [InlineData("""{ "engines": ["a"] }""", false)]
    [InlineData("""{ "engines": ["a"], "enginesStoreSessionCosts": true }""", true)]
    public void Only_the_embedded_engine_is_known_to_recognise_late_records(string json, bool stores) =>
        Assert.Equal(stores, Load(json).Charging.EnginesStoreSessionCosts);

    [Theory]
    [InlineData("""{ "variables": ["a"] }""", ":1: variables: this is not an object")]
    [InlineData("""{ "variables": { "OriginID": "a" } }""", ": variables.OriginID: the edge says this of every call itself")]
    [InlineData("""{ "variables": { "OriginHost": "a" } }""", ": variables.OriginHost: every session has the edge's name; write name")]
    [InlineData("""{ "options": { "Event": {} } }""", ": options.Event: the edge says this")]
    [InlineData("""{ "options": { "A": null } }""", ": options.A: null says nothing")]
    [InlineData("""{ "options": { "": 1 } }""", ": options.: this cannot be a name")]
    [InlineData("""{ "compatMode": 1 }""", ":1: compatMode: this is neither true nor false")]
    [InlineData("""{ "engines": "a:2014" }""", ":1: engines: this is not a list")]
    [InlineData("""{ "tenant": 5 }""", ":1: tenant: this is not a text")]
    [InlineData("""{ "lisen": [] }""", ":1: lisen: no such key")]
    [InlineData("{\n  \"maxCalls\": \"many\" }", ":2: maxCalls: this is not a number")]
    [InlineData("{ \"listen\": [\"udp:127.0.0.1:5060\", \"here\"] }", ": listen[1]: 'here' is not an address; write udp:ADDRESS:PORT")]
    [InlineData("""{ "listen": ["tcp:127.0.0.1:5060"] }""", ": listen[0]: 'tcp:127.0.0.1:5060': SIP is served over udp only")]
    [InlineData("""{ "listen": ["udp:0.0.0.0:5060"] }""", ": listen[0]: 'udp:0.0.0.0:5060': calls must be able to come back")]
    [InlineData("""{ "route": "192.0.2.10" }""", ": route: '192.0.2.10' is not a route; write sip:HOST:PORT")]
    [InlineData("""{ "engines": ["engine:99999"] }""", ": engines[0]: 'engine:99999' is not an address; write HOST or HOST:PORT")]
    [InlineData("""{ "engines": ["a"], "engineTls": {} }""", ": engineTls: no engine is reached over TLS; write it as tls://HOST:PORT")]
    [InlineData("""{ "engines": ["tls://a"], "engineTls": { "authorities": "no-such.pem" } }""", ": engineTls: Certificates cannot be read from no-such.pem: ")]
    [InlineData("""{ "engines": ["tls://a"], "engineTls": { "key": "x" } }""", ": engineTls.key: it belongs to a certificate; write that too")]
    [InlineData("""{ "engines": ["tls://a"], "engineTls": { "ca": "x" } }""", ":1: engineTls.ca: no such key")]
    [InlineData("""{ "usageRounding": "down" }""", ": usageRounding: 'down' is not known; write up, module or milliseconds")]
    [InlineData("""{ "usageRounding": "milliseconds", "compatMode": true }""", ": usageRounding: engines of compatMode take whole seconds; write up or module")]
    [InlineData("""{ "debitInterval": 5 }""", ": debitInterval: 5 is out of range; write 10 to 86400 seconds")]
    [InlineData("""{ "authorizeUsage": 0 }""", ": authorizeUsage: 0 is out of range; write 1 to 604800 seconds")]
    [InlineData("""{ "noAckBilling": "free" }""", ": noAckBilling: 'free' is not known; write measured or zero")]
    [InlineData("""{ "allowedWithoutEngine": -1 }""", ": allowedWithoutEngine: -1 is out of range; write 0 to 86400 seconds")]
    [InlineData("""{ "onLostByEngine": "go on" }""", ": onLostByEngine: 'go on' is not known; write end or settle")]
    [InlineData("""{ "emergency": ["112", "11*2"] }""", ": emergency[1]: '11*2' is not a pattern; write a number (112, +49800*) or a service (urn:service:sos*)")]
    [InlineData("""{ "free": ["*"] }""", ": free[0]: '*' is not a pattern")]
    [InlineData("""{ "free": ["0800*", "urn:service:sos"] }""", ": free[1]: 'urn:service:sos' is a service; services are for emergency, write a number")]
    [InlineData("""{ "emergencyRoute": "sip:192.0.2.20" }""", ": emergencyRoute: there are no emergency numbers; write them as emergency")]
    [InlineData("""{ "variables": { "CallClass": "free" } }""", ": variables.CallClass: the edge says this of every call itself")]
    [InlineData("""{ "refusedStatus": 200 }""", ": refusedStatus: 200 is not a final error")]
    [InlineData("""{ "shedAfter": -1 }""", ": shedAfter: -1 is out of range; write 0 to 10 seconds")]
    [InlineData("""{ "maxRinging": 0 }""", ": maxRinging: 0 is out of range; write 1 to 3600 seconds")]
    [InlineData("""{ "sessions": [{}] }""", ": sessions[0].tag: it is missing; write 1 to 64 letters")]
    [InlineData("""{ "sessions": [{ "tag": "a|b" }] }""", ": sessions[0].tag: 'a|b' cannot be one; write 1 to 64 letters")]
    [InlineData("""{ "sessions": [{ "tag": "a" }, { "tag": "a" }] }""", ": sessions[1].tag: another session has 'a' too; write one that tells them apart")]
    [InlineData("""{ "sessions": [{ "tag": "a", "account": "" }] }""", ": sessions[0].account: it says nothing")]
    [InlineData("""{ "sessions": [{ "tag": "a", "variables": { "OriginID": "x" } }] }""", ": sessions[0].variables.OriginID: the edge says this")]
    [InlineData("""{ "sessions": [{ "tag": "a", "route": "192.0.2.1" }] }""", ": sessions[0].route: '192.0.2.1' is not a route; write sip:HOST:PORT")]
    [InlineData("""{ "route": "sip:192.0.2.1", "sessions": [{ "tag": "a", "route": "sip:192.0.2.2" }] }""", ": sessions[0].route: calls do not go to 'sip:192.0.2.2'; write route or one of fallbackRoutes")]
    [InlineData("""{ "sessions": [{"tag":"1"},{"tag":"2"},{"tag":"3"},{"tag":"4"},{"tag":"5"},{"tag":"6"},{"tag":"7"},{"tag":"8"},{"tag":"9"}] }""", ": sessions: 9 are too many; write 8 at most")]
    [InlineData("""{ "sessions": { "tag": "a" } }""", ":1: sessions: this is not a list")]
    [InlineData("""{ "sessions": [{ "tag": "a", "acount": "b" }] }""", ":1: sessions[0].acount: no such key")]
    [InlineData("""{ "engineOrder": "random" }""", ": engineOrder: 'random' is not known; write failover or balanced")]
    [InlineData("""{ "engineConnections": 0 }""", ": engineConnections: 0 is out of range; write 1 to 16")]
    [InlineData("""{ "bindIp": "engine" }""", ": bindIp: 'engine' is not an address")]
    [InlineData("""{ "listen": [] }""", ": listen: it says nothing; leave it out or write an address")]
    [InlineData("""{ "listen": [null] }""", ": listen[0]: null says nothing; leave it out or write a value")]
    [InlineData("""{ "sessions": [{ "tag": "a" }, null] }""", ": sessions[1]: null says nothing")]
    [InlineData("""{ "listen": ["udp:127.0.0.1:5060", "127.0.0.1"] }""", ": listen[1]: '127.0.0.1' stands there already; write it once")]
    [InlineData("""{ "engines": ["a", "b", "a:2014"] }""", ": engines[2]: 'a:2014' stands there already; write it once")]
    [InlineData("""{ "route": "sip:192.0.2.10", "fallbackRoutes": ["sip:192.0.2.11", "sip:192.0.2.10:5060"] }""", ": fallbackRoutes[1]: 'sip:192.0.2.10:5060' is a next hop already; write it once")]
    [InlineData("""{ "listen": ["udp:127.0.0.1:5060"], "route": "sip:127.0.0.1" }""", ": route: 'sip:127.0.0.1' is this edge itself; write where calls go from here")]
    [InlineData("""{ "route": "sip:192.0.2.10;transport=tcp" }""", ": route: 'sip:192.0.2.10;transport=tcp' says more than a route can")]
    [InlineData("""{ "requestType": "prepaid" }""", ": requestType: 'prepaid' is not known; write *prepaid, *postpaid, *pseudoprepaid or *rated")]
    [InlineData("""{ "sessions": [{ "tag": "a", "requestType": "*postpayed" }] }""", ": sessions[0].requestType: '*postpayed' is not known; write *prepaid")]
    [InlineData("""{ "account": "" }""", ": account: it says nothing; leave it out or write a value")]
    [InlineData("""{ "journal": "/var/lib/hotpath" }""", ":1: journal: this is not an object")]
    [InlineData("""{ "sessions": ["carrier"] }""", ":1: sessions[0]: this is not an object")]
    [InlineData("{\n  \"maxCalls\": 5,\n  \"maxCalls\": 6 }", ":3: maxCalls: it stands here twice; write it once")]
    [InlineData("[]", ":1: this is not an object; write { \"KEY\": VALUE }")]
    [InlineData("", ":1: nothing is written here; write a JSON object")]
    [InlineData("{", ":1: ")]
    [InlineData("null", ": the file says null")]
    public void A_mistake_names_its_place(string json, string expected)
    {
        EdgeConfigException error = Assert.Throws<EdgeConfigException>(() => Load(json));
        Assert.StartsWith(_path + expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        EdgeConfigException error = Assert.Throws<EdgeConfigException>(() => EdgeConfigFile.Load("/no/such/hotpath.json"));
        Assert.StartsWith("/no/such/hotpath.json: cannot be read", error.Message);
    }

    [Fact]
    public async Task An_address_in_use_is_named_and_nothing_is_left_open()
    {
        await using EdgeHost first = EdgeHost.Start(WithListeners("udp:127.0.0.1:0"));
        string taken = first.Listeners[0].ToString();
        EdgeStartException error = Assert.Throws<EdgeStartException>(() => EdgeHost.Start(WithListeners("udp:127.0.0.1:0", taken)));
        Assert.Contains(taken[4..], error.Message);
    }

    public void Dispose() => File.Delete(_path);

    private static EdgeOptions WithListeners(params string[] listen) =>
        new EdgeConfigFile { Listen = [.. listen], Engines = ["127.0.0.1:1"] }.ToOptions("test");

    private EdgeOptions Load(string json)
    {
        File.WriteAllText(_path, json);
        return EdgeConfigFile.Load(_path).ToOptions(_path);
    }
}
