using System.Globalization;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>The phone that calls.</summary>
public sealed class SimulatedCaller(SimulatedWorld world, ISipNetwork network, SipEndpoint endpoint, Func<string, CallPlan> plans)
    : SimulatedUserAgent(world, network, endpoint, "caller", plans)
{
    /// <summary>This caller sends no ACK to a 2xx.</summary>
    public bool NeverAcknowledges { get; set; }

    /// <summary>Calls a number through the edge.</summary>
    public void Call(string callId, string account, string number, SipEndpoint edge)
    {
        AgentCall call = AddCall(callId, Plans(callId));
        After(call.Plan.CallerDiesAfterMs, () => call.IsDead = true);
        Invite(call, new Attempt(account, number, edge, CSeq: 1, Extra: ""));
    }

    private void Invite(AgentCall call, Attempt attempt)
    {
        if (call.IsDead || call.IsCancelled)
        {
            return;
        }

        call.Experience.Attempts++;
        string branch = NextBranch();
        string edge = attempt.Edge.ToIPEndPoint().ToString();
        string target = $"sip:{attempt.Number}@{edge}";
        string Request(string method, string extra) => WriteRequest(
            method, target, branch, "", $"<sip:{attempt.Account}@{HostPort}>;tag={CallerTag(call)}", $"<{target}>", call.CallId, attempt.CSeq, extra);
        string invite = Request("INVITE", ContactLine + (call.Plan.IsReliable ? "Supported: 100rel\r\n" : "") + attempt.Extra);
        bool isOver = false;
        Begin(call, attempt.Edge, "INVITE", branch, invite, (in response) =>
        {
            bool isRepeated = isOver;
            isOver |= response.StatusCode >= 200;
            if (response.StatusCode < 300)
            {
                OnProgress(call, attempt, response);
                return;
            }

            Send(attempt.Edge, AckOfRejection(invite, Text(response.Find(SipHeaderId.To))));
            if (!isRepeated)
            {
                OnRejection(call, attempt, response.StatusCode);
            }
        });
        After(call.Plan.CancelAfterMs, () =>
        {
            if (!isOver && !call.IsDead)
            {
                call.IsCancelled = true;
                Begin(call, attempt.Edge, "CANCEL", branch, Request("CANCEL", ""), (in _) => { });
            }
        });
    }

    private void OnRejection(AgentCall call, Attempt attempt, int status)
    {
        call.Experience.Status = status;
        call.Dialogs.ForEach(dialog => dialog.HasEnded |= !dialog.IsConfirmed);
        if (status is 401 or 407 && attempt.Extra.Length == 0)
        {
            string name = status == 401 ? "Authorization" : "Proxy-Authorization";
            Invite(call, attempt with { CSeq = attempt.CSeq + 1, Extra = $"{name}: Digest username=\"{attempt.Account}\", response=\"0\"\r\n" });
        }
        else if (status == 302 && call.Plan.RedirectTo is { } number && attempt.Number != number)
        {
            Invite(call, attempt with { CSeq = attempt.CSeq + 1, Number = number });
        }
    }

    private void OnProgress(AgentCall call, Attempt attempt, in SipMessage response)
    {
        if (response.ToTag.IsEmpty)
        {
            return;
        }

        AgentDialog dialog = DialogOf(call, attempt, response);
        if (response.StatusCode < 200)
        {
            call.Experience.Rang |= response.StatusCode is 180 or 183;
            AcknowledgeReliable(dialog, response);
        }
        else
        {
            OnAnswer(dialog, attempt.CSeq);
        }
    }

    private void OnAnswer(AgentDialog dialog, int cseq)
    {
        AgentCall call = dialog.Call;
        if (!NeverAcknowledges && !call.Plan.CallerNeverAcknowledges)
        {
            Acknowledge(dialog, cseq);
        }

        if (dialog.IsConfirmed)
        {
            return;
        }

        call.Experience.Status = 200;
        if (call.Experience.Answered)
        {
            dialog.IsConfirmed = true;
            World.After(TimeSpan.FromMilliseconds(call.Plan.SecondCallLastsMs), () => HangUp(dialog));
            return;
        }

        Begin(dialog, call.Plan.CallerHoldsAfterMs, call.Plan.CallerUpdatesAfterMs, 0, call.Plan.CallerHangsUpAfterMs);
    }

    private void AcknowledgeReliable(AgentDialog dialog, in SipMessage response)
    {
        if (!dialog.Call.Plan.IsReliable || Header(response, "RSeq") is not { } value || !int.TryParse(value, CultureInfo.InvariantCulture, out int rseq)
            || rseq <= dialog.LastRSeq)
        {
            return;
        }

        dialog.LastRSeq = rseq;
        bool updates = dialog.Call.Plan.UpdatesEarly;
        RequestInside(dialog, "PRACK", $"RAck: {rseq} {Text(response.Find(SipHeaderId.CSeq))}\r\n", (in prack) =>
        {
            if (updates && prack.StatusCode is >= 200 and < 300)
            {
                updates = false;
                RequestInside(dialog, "UPDATE", ContactLine);
            }
        });
    }

    private AgentDialog DialogOf(AgentCall call, Attempt attempt, in SipMessage response)
    {
        string tag = Text(response.ToTag);
        AgentDialog? dialog = call.Dialogs.Find(known => known.RemoteTag == tag && known.InviteCSeq == attempt.CSeq);
        if (dialog is null)
        {
            dialog = new AgentDialog
            {
                Call = call,
                Local = Text(response.Find(SipHeaderId.From)),
                Remote = Text(response.Find(SipHeaderId.To)),
                LocalTag = CallerTag(call),
                RemoteTag = tag,
                Peer = attempt.Edge,
                Routes = RouteLines(Enumerable.Reverse(List(response, SipHeaderId.RecordRoute))),
                CSeq = attempt.CSeq,
                InviteCSeq = attempt.CSeq,
            };
            call.Dialogs.Add(dialog);
        }

        string target = UriOf(response.Find(SipHeaderId.Contact));
        dialog.Target = target.Length > 0 ? target : dialog.Target;
        return dialog;
    }

    private static string? Header(in SipMessage message, string name)
    {
        for (int i = 0; i < message.HeaderCount; i++)
        {
            if (Text(message.GetHeader(i).Name).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return Text(message.GetHeader(i).Value);
            }
        }

        return null;
    }

    private static string CallerTag(AgentCall call) => $"c{call.CallId}";

    /// <summary>One INVITE of a call.</summary>
    private sealed record Attempt(string Account, string Number, SipEndpoint Edge, int CSeq, string Extra);
}
