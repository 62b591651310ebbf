using HotPath.Commands;

namespace HotPath.Charging;

/// <content>Call detail records. Source: facts cgrates-engine.md §5.</content>
internal sealed partial class SessionService
{
    private const string FromSessions = "*sessions";
    private const string FromCdrs = "*cdrs";

    /// <summary>
    /// Writes the CDRs of a call, one per run: from its session, which is ended first if it still runs; else rated and debited now.
    /// A call is recorded once: again, it is <c>EXISTS</c>.
    /// </summary>
    public string? ProcessCdr(CallEvent callEvent)
    {
        string cgrId = CgrId.Of(callEvent.OriginId, callEvent.OriginHost);
        if (Sessions.FindOpen(cgrId) is { } open)
        {
            End(open, callEvent.Usage);
        }

        Session? session = Sessions.FindClosed(cgrId);
        if (session is null)
        {
            session = CreateSession(null, cgrId, callEvent, debitInterval: 0);
            if (session is null)
            {
                return "CHARGERS_ERROR:" + ChargingError.NotFound.Text();
            }

            session.IsCdrOnly = true;
            foreach (SessionRun run in session.Runs)
            {
                run.End(callEvent.Usage ?? 0);
            }

            Sessions.Close(session, _clock.Now);
        }

        if (session.IsRecorded)
        {
            return Exists;
        }

        Record(session, callEvent);
        return null;
    }

    private void Record(Session session, CallEvent? cdrEvent)
    {
        session.IsRecorded = true;
        foreach (SessionRun run in session.Runs)
        {
            _cdrs.Add(Record(session, run, cdrEvent));
        }

        session.Runs = [];
    }

    private CallDetailRecord Record(Session session, SessionRun run, CallEvent? cdrEvent)
    {
        CallEvent callEvent = run.Event;
        ChargingError error = Charge(run, out decimal cost, out string source);
        return new CallDetailRecord(callEvent, cdrEvent)
        {
            CgrId = session.CgrId,
            RunId = run.RunId,
            OrderId = _cdrs.NextOrderId(),
            OriginHost = callEvent.OriginHost,
            OriginId = callEvent.OriginId,
            Source = callEvent.Source,
            ToR = callEvent.ToR,
            RequestType = callEvent.RequestType,
            Tenant = callEvent.Tenant,
            Category = callEvent.Category,
            Account = callEvent.Account,
            Subject = callEvent.Subject,
            Destination = callEvent.Destination,
            SetupTime = callEvent.SetupTime,
            AnswerTime = callEvent.AnswerTime,
            Usage = new CgrDuration(run.TotalUsage),
            Cost = cost,
            CostSource = source,
            ExtraInfo = error.Text(),
            CostDetails = source.Length == 0 ? null : new EventCost(
                callEvent.Start,
                run.Charges,
                run.Charges.Cost,
                RequestTypes.IsPaidByAccount(callEvent.RequestType) && _accounts.Find(callEvent.Tenant, callEvent.Account) is { } account
                    ? AccountSnapshot.Of(account)
                    : null),
        };
    }

    /// <summary>What a run costs: as charged during the call, or charged now.</summary>
    private ChargingError Charge(SessionRun run, out decimal cost, out string source)
    {
        cost = -1;
        source = "";
        if (run.Event.RequestType == RequestTypes.None)
        {
            return ChargingError.None;
        }

        if (run.Charges.Charges.Length > 0)
        {
            cost = run.Charges.Cost;
            source = FromSessions;
            return ChargingError.None;
        }

        if (run.TotalUsage > 0)
        {
            ChargingError error = RequestTypes.IsPaidByAccount(run.Event.RequestType) ? DebitWhole(run, out cost) : RateWhole(run, out cost);
            if (error != ChargingError.None)
            {
                cost = -1;
                return error;
            }
        }
        else
        {
            cost = 0;
        }

        source = FromCdrs;
        return ChargingError.None;
    }

    private ChargingError DebitWhole(SessionRun run, out decimal cost)
    {
        cost = -1;
        if (_accounts.Find(run.Event.Tenant, run.Event.Account) is not { } account)
        {
            return ChargingError.AccountNotFound;
        }

        ChargingError error = _debit.Debit(_tariff, account, Query(run.Event, run.TotalUsage), run.Charges);
        if (error == ChargingError.None)
        {
            WarnOfDebt(account);
            run.Charges.Round();
            cost = run.Charges.Cost;
        }

        return error;
    }

    private ChargingError RateWhole(SessionRun run, out decimal cost)
    {
        ChargingError error = RatingEngine.Rate(_tariff, Query(run.Event, run.TotalUsage), _options.RoundingDecimals, _rated);
        cost = _rated.CallCost;
        if (error == ChargingError.None)
        {
            run.Charges.Add(_rated);
        }

        return error;
    }
}
