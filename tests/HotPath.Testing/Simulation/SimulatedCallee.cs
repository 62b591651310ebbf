using System.Globalization;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>The phone that is called, or several behind one address.</summary>
/// <param name="world">Clock and chance.</param>
/// <param name="network">How it is reached.</param>
/// <param name="endpoint">Where.</param>
/// <param name="plans">What happens in a call, by Call-ID.</param>
/// <param name="user">Its name: no other phone has it.</param>
/// <param name="tag">What its tags begin with: no other phone's do.</param>
public sealed class SimulatedCallee(SimulatedWorld world, ISipNetwork network, SipEndpoint endpoint, Func<string, CallPlan> plans, string user = "callee", string tag = "s")
    : SimulatedUserAgent(world, network, endpoint, user, plans)
{
    private const int ForkRingsAfterMs = 150;
    private const int GiveUpMs = 32_000;

    private readonly Dictionary<string, Ringing> _ringing = [];

    /// <summary>Another line of the same subscriber.</summary>
    public SimulatedCallee? OtherLine { get; set; }

    private string TagPrefix => tag;

    internal override void OnRequest(AgentCall? call, in SipMessage request, SipEndpoint source)
    {
        switch (request.Method)
        {
            case SipMethod.Invite when request.ToTag.IsEmpty:
                OnInvite(call, request, source);
                break;
            case SipMethod.Cancel:
                Answer(request, source, 200);
                if (_ringing.Remove(InviteKeyOf(request), out Ringing? ringing))
                {
                    ringing.Reject(487, "");
                }

                break;
            case SipMethod.Prack when call?.Find(Text(request.FromTag), Text(request.ToTag)) is { } dialog:
                dialog.LastRSeq = 1;
                base.OnRequest(call, request, source);
                break;
            default:
                base.OnRequest(call, request, source);
                break;
        }
    }

    private void OnInvite(AgentCall? call, in SipMessage invite, SipEndpoint source)
    {
        if (call is null)
        {
            AgentCall begun = AddCall(Text(invite.CallId), Plans(Text(invite.CallId)));
            After(begun.Plan.CalleeDiesAfterMs, () => begun.IsDead = true);
            call = begun;
        }

        CallPlan plan = call.Plan;
        call.IsDead |= plan.IsCalleeSilent;
        if (call.IsDead)
        {
            return;
        }

        var ringing = new Ringing(this, call, invite, source);
        bool isAnswered = OtherLine?.Experiences.GetValueOrDefault(call.CallId) is { Answered: true };
        if (!call.Invited.Add(invite.CSeqNumber) || isAnswered)
        {
            // The same INVITE by another way, as from an edge that has forgotten that it sent it (RFC 3261 §8.2.2.2).
            ringing.Reject(482, "");
            return;
        }

        call.Experience.Attempts++;
        call.Experience.OfferedAt ??= World.Elapsed;
        if (plan.ChallengeWith > 0 && !HasCredentials(invite))
        {
            ringing.Reject(plan.ChallengeWith, plan.ChallengeWith == 401
                ? "WWW-Authenticate: Digest realm=\"callee\", nonce=\"1\"\r\n"
                : "Proxy-Authenticate: Digest realm=\"callee\", nonce=\"1\"\r\n");
            return;
        }

        if (plan.RedirectTo is { } number && !Text(invite.RequestUri).Contains($":{number}@", StringComparison.Ordinal))
        {
            ringing.Reject(302, $"Contact: <sip:{number}@{source.ToIPEndPoint()}>\r\n");
            return;
        }

        _ringing.Add(ringing.Key, ringing);
        ringing.Ring();
    }

    private static bool HasCredentials(in SipMessage invite) =>
        Text(invite.Bytes).Contains("\r\nAuthorization:", StringComparison.Ordinal) || Text(invite.Bytes).Contains("\r\nProxy-Authorization:", StringComparison.Ordinal);

    private static string InviteKeyOf(in SipMessage cancel) => $"{Text(cancel.CallId)} {Text(cancel.TopVia.Branch)} {SipMethod.Invite}";

    /// <summary>An INVITE that has no final response yet.</summary>
    private sealed class Ringing
    {
        private readonly SimulatedCallee _phone;
        private readonly AgentCall _call;
        private readonly SipEndpoint _source;
        private readonly byte[] _invite;
        private readonly List<AgentDialog> _dialogs = [];

        public Ringing(SimulatedCallee phone, AgentCall call, in SipMessage invite, SipEndpoint source)
        {
            _phone = phone;
            _call = call;
            _source = source;
            _invite = invite.Bytes.ToArray();
            Key = KeyOf(invite);
        }

        public string Key { get; }

        /// <summary>Every phone rings, then the first does what the plan says.</summary>
        public void Ring()
        {
            CallPlan plan = _call.Plan;
            _call.Experience.Rang = true;
            for (int i = 0; i < plan.Forks; i++)
            {
                AgentDialog dialog = AddDialog(i);
                _phone.World.After(TimeSpan.FromMilliseconds(i * ForkRingsAfterMs), () => RingOn(dialog));
            }

            _phone.World.After(TimeSpan.FromMilliseconds(plan.RingMs), Decide);
        }

        public void Reject(int status, string extra)
        {
            _dialogs.ForEach(dialog => dialog.HasEnded = true);
            Final(status, null, extra);
        }

        private void RingOn(AgentDialog dialog)
        {
            if (_call.IsDead || !_phone._ringing.ContainsKey(Key))
            {
                return;
            }

            if (!_call.Plan.IsReliable)
            {
                _phone.Provisional(Key, _source, Write(180, dialog.Local, _phone.ContactLine));
                return;
            }

            string progress = Write(183, dialog.Local, $"{_phone.ContactLine}Require: 100rel\r\nRSeq: 1\r\n");
            _phone.Provisional(Key, _source, progress);
            _phone.Repeat(_call, _source, progress, () => dialog.LastRSeq > 0 || !_phone._ringing.ContainsKey(Key), GiveUpMs, () =>
            {
                if (_phone._ringing.Remove(Key))
                {
                    Reject(504, "");
                }
            });
        }

        private void Decide()
        {
            if (_call.IsDead || !_phone._ringing.ContainsKey(Key))
            {
                return;
            }

            // An answer waits for the PRACK (RFC 3262 §3): the reliable response gives up if none comes.
            if (_call.Plan.IsReliable && _dialogs[0].LastRSeq == 0)
            {
                _phone.After(100, Decide);
                return;
            }

            _phone._ringing.Remove(Key);
            CallPlan plan = _call.Plan;
            if (plan.RejectWith > 0)
            {
                Reject(plan.RejectWith, "");
                return;
            }

            _phone.Begin(_dialogs[0], plan.CalleeHoldsAfterMs, 0, plan.CalleeInformsAfterMs, plan.CalleeHangsUpAfterMs / (plan.IsCalleeHasty ? 16 : 1));
            Final(200, _dialogs[0], "");
            if (_dialogs.Count > 1)
            {
                _phone.After(plan.SecondAnswerAfterMs, () =>
                {
                    if (!_call.IsDead)
                    {
                        _dialogs[1].IsConfirmed = true;
                        Final(200, _dialogs[1], "");
                    }
                });
            }
        }

        private AgentDialog AddDialog(int fork)
        {
            SipMessage invite = Parse();
            string tag = string.Create(CultureInfo.InvariantCulture, $"{_phone.TagPrefix}{fork}-{invite.CSeqNumber}-{_call.CallId}");
            var dialog = new AgentDialog
            {
                Call = _call,
                Local = $"{Text(invite.Find(SipHeaderId.To))};tag={tag}",
                Remote = Text(invite.Find(SipHeaderId.From)),
                LocalTag = tag,
                RemoteTag = Text(invite.FromTag),
                Peer = _source,
                Target = UriOf(invite.Find(SipHeaderId.Contact)),
                Routes = RouteLines(List(invite, SipHeaderId.RecordRoute)),
                InviteCSeq = (int)invite.CSeqNumber,
            };
            _dialogs.Add(dialog);
            _call.Dialogs.Add(dialog);
            return dialog;
        }

        private void Final(int status, AgentDialog? dialog, string extra)
        {
            SipMessage invite = Parse();
            dialog?.AwaitsAck = true;
            string to = dialog?.Local ?? $"{Text(invite.Find(SipHeaderId.To))};tag=r{_call.CallId}";
            _phone.RepeatFinal(Key, _source, WriteResponse(invite, to, status, (dialog is null ? "" : _phone.ContactLine) + extra), dialog, (int)invite.CSeqNumber);
        }

        private string Write(int status, string to, string extra) => WriteResponse(Parse(), to, status, extra);

        private SipMessage Parse()
        {
            SipMessageIndex index = new();
            SipParser.Parse(_invite, index);
            return new SipMessage(_invite, index);
        }
    }
}
