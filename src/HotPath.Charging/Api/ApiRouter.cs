using System.Text;
using System.Text.Json;
using HotPath.Commands;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Charging;

/// <summary>Serves one method.</summary>
/// <param name="client">The connection the request came over.</param>
/// <param name="parameters">The one parameter as raw JSON; empty: none.</param>
/// <param name="answer">Gets the result or the error.</param>
internal delegate void ApiMethod(RpcServerLink client, ReadOnlySpan<byte> parameters, ApiAnswer answer);

/// <summary>
/// Leads requests to the methods that serve them, and says what CGRateS says where there is none. Every request is answered; whatever
/// is in one, nothing is thrown. Source: facts cgrates-engine.md §8, wire recordings 016-022, 098-118.
/// </summary>
internal sealed class ApiRouter(ILogger logger) : IRpcRequestSink
{
    private const int MaxMethodLength = 128;

    /// <summary>The services of the two-way port.</summary>
    private static readonly string[] s_twoWayServices = ["SessionSv1.", "SMGenericV1."];

    private readonly Dictionary<string, ApiMethod> _methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private readonly HashSet<RpcServerLink> _links = [];
    private readonly ApiAnswer _answer = new();

    /// <summary>Adds a method under the name <c>Service.Method</c>.</summary>
    public void Add(string name, ApiMethod method)
    {
        _methods.Add(name, method);
        _services.Add(name[..name.IndexOf('.')]);
    }

    /// <summary>There is a method of that name.</summary>
    public bool Knows(string name) => _methods.ContainsKey(name);

    /// <summary>There is a service of that name.</summary>
    public bool KnowsService(string name) => _services.Contains(name);

    public void OnRequest(RpcServerLink link, in RpcRequest request)
    {
        _links.Add(link);
        _answer.Clear();
        try
        {
            CheckId(request.Id);
            Serve(link, request);
        }
        catch (JsonException error)
        {
            _answer.Fail(new CgrReadResult(CgrReadError.InvalidJson, (int)(error.BytePositionInLine ?? 0), null));
        }

        if (_answer.IsBroken)
        {
            // The framing told only brackets and strings apart. CGRateS closes a connection with broken JSON too.
            EngineLog.ConnectionEnded(logger, "broken JSON");
            link.Close("broken JSON");
        }
        else if (_answer.Error is { } error)
        {
            link.ReplyError(request.Id, Encoding.UTF8.GetBytes(error));
        }
        else
        {
            link.Reply(request.Id, _answer.ResultJson);
        }
    }

    /// <summary>Sessions of the link stay until their client would be needed, as in CGRateS.</summary>
    public void OnClosed(RpcServerLink link, string reason) => _links.Remove(link);

    /// <summary>Ends all links that asked something.</summary>
    public void CloseAll()
    {
        foreach (RpcServerLink link in _links.ToArray())
        {
            link.Close();
        }
    }

    private void Serve(RpcServerLink link, in RpcRequest request)
    {
        Span<char> name = stackalloc char[MaxMethodLength];
        name = Encoding.UTF8.TryGetChars(request.Method, name, out int length) ? name[..length] : default;
        bool isTwoWay = link.Port == RpcPort.TwoWay;
        if (!isTwoWay && !request.HasParameters)
        {
            _answer.Fail("jsonrpc: request body missing params");
        }
        else if (!_methods.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ApiMethod? method) || (isTwoWay && !IsTwoWay(name)))
        {
            _answer.Fail(Unknown(Encoding.UTF8.GetString(request.Method), isTwoWay));
        }
        else
        {
            method(link, WireText.MakeReadable(request.Parameters), _answer);
        }
    }

    private static bool IsTwoWay(ReadOnlySpan<char> name)
    {
        foreach (string service in s_twoWayServices)
        {
            if (name.StartsWith(service))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The id is given back as it came, so it has to be JSON.</summary>
    private static void CheckId(ReadOnlySpan<byte> id)
    {
        if (id.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            Utf8JsonReader reader = new(WireText.MakeReadable(id));
            while (reader.Read())
            {
            }
        }
    }

    private string Unknown(string method, bool isTwoWay)
    {
        int dot = method.LastIndexOf('.');
        return isTwoWay ? $"rpc2: can't find method {method}"
            : dot < 0 ? $"rpc: service/method request ill-formed: {method}"
            : _services.Contains(method[..dot]) ? $"rpc: can't find method {method}"
            : $"rpc: can't find service {method}";
    }
}
