using System.Net;
using System.Net.Sockets;

namespace HotPath.Cli.Tests;

/// <summary>A mistake gets one line on stderr that names what is wrong and says what to do, exit code 2, and nothing is started.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotpath-mistakes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("frobnicate", "'frobnicate'", "hotpath --help")]
    [InlineData("edge --lisen udp:127.0.0.1:5060", "'--lisen'", "hotpath edge --help")]
    [InlineData("edge --listen tcp:127.0.0.1:5060", "--listen", "write udp:ADDRESS:PORT")]
    [InlineData("edge --listen udp:0.0.0.0:5060", "--listen", "write the address of one interface")]
    [InlineData("edge --listen nonsense", "--listen: 'nonsense'", "udp:127.0.0.1:5060")]
    [InlineData("edge --engine 127.0.0.1:99999", "--engine: '127.0.0.1:99999'", "127.0.0.1:2014")]
    [InlineData("edge --engine nobody.invalid", "nobody.invalid", "check the name")]
    [InlineData("edge --route carrier", "--route: 'carrier'", "sip:192.0.2.10:5060")]
    [InlineData("edge --log-level loud", "--log-level: 'loud'", "trace, debug, info")]
    [InlineData("edge --config there-is-no-such-file.json", "there-is-no-such-file.json", "cannot be read")]
    [InlineData("edge --config", "--config", "hotpath edge --help")]
    [InlineData("engine --json 127.0.0.1", "--json: '127.0.0.1'", "127.0.0.1:2012")]
    [InlineData("engine --birpc localhost:2014", "--birpc: 'localhost:2014'", "ADDRESS:PORT")]
    [InlineData("engine --debit-interval 5", "--debit-interval: '5'", "5s")]
    [InlineData("engine --debit-interval 2000m", "--debit-interval: '2000m'", "up to an hour")]
    [InlineData("engine --tariff there-is-no-such-folder", "there-is-no-such-folder", "name a folder")]
    [InlineData("demo --jsn", "'--jsn'", "hotpath demo --help")]
    [InlineData("parse", "parse", "hotpath parse --help")]
    [InlineData("journal unresolved there-is-no-such-folder", "'there-is-no-such-folder'", "no folder")]
    [InlineData("journal unresolved .", "'.'", "no journal")]
    public void OptionsAreNamed(string arguments, string what, string advice) => AssertMistake(arguments.Split(' '), what, advice);

    [Theory]
    [InlineData("""{ "lisen": ["udp:127.0.0.1:5060"] }""", "hotpath.json:1: lisen", "no such key")]
    [InlineData("""{ "listen": ["udp:127.0.0.1:99999"] }""", "hotpath.json: listen[0]: 'udp:127.0.0.1:99999'", "udp:127.0.0.1:5060")]
    [InlineData("""{ "engines": ["a:b"] }""", "hotpath.json: engines[0]: 'a:b'", "127.0.0.1:2014")]
    [InlineData("""{ "route": "sip:" }""", "hotpath.json: route: 'sip:'", "sip:192.0.2.10:5060")]
    [InlineData("""{ "maxRinging": -1 }""", "hotpath.json: maxRinging: -1", "write 1 to 3600 seconds")]
    [InlineData("""{ "maxRinging": "soon" }""", "hotpath.json:1: maxRinging", "")]
    [InlineData("""{ "usageRounding": "sideways" }""", "hotpath.json: usageRounding: 'sideways'", "up, module or milliseconds")]
    [InlineData("""{ "listen": """, "hotpath.json:1", "")]
    public void ConfigurationFilesAreNamed(string content, string what, string advice) =>
        AssertMistake(["edge", "--config", Write("hotpath.json", content)], what, advice);

    [Fact]
    public void ASipPortInUseIsNamed()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        AssertMistake(["edge", "--listen", $"udp:{taken.LocalEndPoint}"], taken.LocalEndPoint!.ToString()!, "");
    }

    [Theory]
    [InlineData("--json", "--birpc")]
    [InlineData("--birpc", "--json")]
    public void AnEnginePortInUseIsNamed(string taken, string free)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        AssertMistake(["engine", taken, listener.LocalEndpoint.ToString()!, free, "127.0.0.1:0"], listener.LocalEndpoint.ToString()!, "");
    }

    [Fact]
    public void ATariffRowIsNamed()
    {
        Write("Destinations.csv", "#Id,Prefix\nDST_1002,1002\n");
        Write("Rates.csv", "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\nRT_1,0.1,a lot,60s,60s,0s\n");
        AssertMistake(["engine", "--tariff", _folder.FullName, "--json", "127.0.0.1:0", "--birpc", "127.0.0.1:0"], "Rates.csv:2", "a lot");
    }

    private static void AssertMistake(string[] arguments, string what, string advice)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output.ToString());
        string line = Assert.Single(error.ToString().TrimEnd().Split(Environment.NewLine));
        Assert.StartsWith("hotpath", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(advice, line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
