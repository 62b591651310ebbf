using System.Text;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Clients that talk to a scripted engine in raw text, on a manual clock and a network in memory.</summary>
internal sealed class EngineConversation
{
    private static readonly EngineAddress s_twoWay = new("engine.example", 2014);
    private static readonly EngineAddress s_oneWay = new("engine.example", 2012);

    public EngineConversation()
    {
        Engine = new ScriptedEngine(Time);
        Network.Listen(s_twoWay, Engine.Accept);
        Network.Listen(s_oneWay, link => Engine.Accept(link, RpcPort.OneWay));
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryNetwork Network { get; } = new();

    public ScriptedEngine Engine { get; }

    public Client Connect(RpcPort port = RpcPort.TwoWay)
    {
        Client client = new(this, port == RpcPort.TwoWay ? s_twoWay : s_oneWay);
        Settle();
        return client;
    }

    /// <summary>Lets time pass, in the steps in which the engine has something to do.</summary>
    public void Pass(TimeSpan time)
    {
        for (long left = (long)time.TotalMilliseconds; left > 0;)
        {
            long dueMs = Engine.Advance();
            long stepMs = dueMs < 0 ? left : Math.Clamp(dueMs, 1, left);
            Time.AdvanceMs(stepMs);
            left -= stepMs;
            Settle();
        }
    }

    private void Settle()
    {
        do
        {
            Engine.Advance();
        }
        while (Network.Pump());
    }

    /// <summary>One connection.</summary>
    public sealed class Client : IEngineLinkHandler
    {
        private readonly EngineConversation _conversation;
        private readonly IEngineLink _link;
        private readonly StringBuilder _received = new();

        public Client(EngineConversation conversation, EngineAddress address)
        {
            _conversation = conversation;
            _link = conversation.Network.Open(address, this);
        }

        /// <summary>Why the connection ended; <c>null</c>: it stands.</summary>
        public string? End { get; private set; }

        /// <summary>Sends text, and takes what comes back at once, without its last newline.</summary>
        public string Say(string text)
        {
            _link.Send(Encoding.UTF8.GetBytes(text));
            return Listen();
        }

        /// <summary>Calls a method of SessionS with an event.</summary>
        public string Call(string method, string parameters) => Say($$"""{"method":"SessionSv1.{{method}}","id":1,"params":[{{parameters}}]}""");

        /// <summary>Takes what has come, without its last newline.</summary>
        public string Listen()
        {
            _conversation.Settle();
            string text = _received.ToString();
            _received.Clear();
            return text.TrimEnd('\n');
        }

        public void EndSending() => _link.EndSending();

        public void Close() => _link.Close();

        void IEngineLinkHandler.OnOpened()
        {
        }

        void IEngineLinkHandler.OnReceived(ReadOnlySpan<byte> bytes) => _received.Append(Encoding.UTF8.GetString(bytes));

        void IEngineLinkHandler.OnWritable()
        {
        }

        void IEngineLinkHandler.OnClosed(string reason) => End = reason;
    }
}
