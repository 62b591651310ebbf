using System.Buffers;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>An open session of the scripted engine.</summary>
/// <param name="command">What opened it.</param>
/// <param name="link">The connection it came over, to which it is bound.</param>
/// <param name="openedMs">When, on the engine's clock.</param>
internal sealed class ScriptedSession(in InitiateSession command, RpcServerLink link, long openedMs)
{
    private readonly string _account = command.Account.ToString();
    private readonly string _destination = command.Destination.ToString();
    private readonly long? _dialogId = command.DialogId;
    private readonly long? _dialogEntry = command.DialogEntry;
    private readonly string _requestType = command.RequestType.ToString();

    /// <summary>What another engine has of a session: it is the one that goes on with it, over a connection of its own.</summary>
    public static ScriptedSession CopyOf(ScriptedSession session, RpcServerLink link)
    {
        var command = new InitiateSession
        {
            OriginId = session.OriginId,
            OriginHost = session.OriginHost,
            Account = session._account,
            Destination = session._destination,
            DialogId = session._dialogId,
            DialogEntry = session._dialogEntry,
            RequestType = session._requestType,
        };
        return new ScriptedSession(command, link, session.OpenedMs) { Granted = session.Granted, Carried = session.Debited };
    }

    public string OriginHost { get; } = command.OriginHost.ToString();

    public string OriginId { get; } = command.OriginId.ToString();

    public (string OriginHost, string OriginId) Key => (OriginHost, OriginId);

    public RpcServerLink Link { get; } = link;

    /// <summary>Its client can be asked: the connection stands, and is a two-way one.</summary>
    public bool IsReachable => Link is { IsClosed: false, Port: RpcPort.TwoWay };

    public long OpenedMs { get; } = openedMs;

    /// <summary>Debits go with the session; otherwise only its CDR charges.</summary>
    public bool IsPrepaid { get; } = IsPrepaidType(command.RequestType.ToString());

    /// <summary>Its CDR charges it.</summary>
    public bool IsChargedByCdr => _requestType is "*postpaid" or "*pseudoprepaid";

    /// <summary>When a client was last told that it is open.</summary>
    public long ToldMs { get; set; } = long.MinValue / 2;

    /// <summary>What was granted so far.</summary>
    public CgrDuration Granted { get; set; }

    /// <summary>What was debited so far.</summary>
    public CgrDuration Debited => IsPrepaid ? Granted : CgrDuration.Zero;

    /// <summary>What of it another engine has taken over, and counts: it is not lost with this session.</summary>
    public CgrDuration TakenOver { get; set; }

    /// <summary>What of it another engine debited, from which this one took the session over.</summary>
    public CgrDuration Carried { get; private init; }

    /// <summary>The client was asked to end it and has not answered: the engine holds its lock.</summary>
    public bool IsLocked { get; set; }

    /// <summary>Requests that wait for the lock.</summary>
    public Queue<Action> Waiting { get; } = new();

    /// <summary>A session without a request type is taken for prepaid, as if an attribute profile had said so.</summary>
    public static bool IsPrepaidType(string requestType) => requestType is "" or "*prepaid" or "*dynaprepaid";

    /// <summary>What the client is sent to end it: the event that opened it, and why.</summary>
    public byte[] EncodeDisconnect(string reason)
    {
        ArrayBufferWriter<byte> parameters = new();
        new DisconnectSession
        {
            OriginId = OriginId,
            OriginHost = OriginHost,
            DialogId = _dialogId,
            DialogEntry = _dialogEntry,
            Account = _account,
            Destination = _destination,
            Reason = reason,
        }.Encode(parameters, CgrDialect.Current);
        return parameters.WrittenSpan.ToArray();
    }

    /// <summary>Its billing runs, as GetActiveSessions lists them.</summary>
    public IEnumerable<ActiveSession> Runs() => [Run("*raw", "*none", CgrDuration.Zero), Run("*default", _requestType, Debited)];

    private ActiveSession Run(string run, string requestType, CgrDuration usage) => new()
    {
        RunId = run,
        ToR = "*voice",
        OriginId = OriginId,
        OriginHost = OriginHost,
        RequestType = requestType,
        Account = _account,
        Destination = _destination,
        Usage = usage,
    };
}
