using System.Text.RegularExpressions;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: every state of a charging session has a written answer to every event, settled states answer to none, and what
/// docs/charging-session.md draws is the table.
/// </summary>
public sealed partial class SessionTableTests
{
    /// <summary>Who reads the table sees at once what is meant; a change here is a change of the promise.</summary>
    private static readonly Dictionary<SessionState, string> s_listed = new()
    {
        [SessionState.Idle] = "Authorize Exempted Answered AnsweredExempt Abandoned Dismissed",
        [SessionState.Authorising] = "Granted Refused Allowed Abandoned Dismissed",
        [SessionState.Authorised] = "Answered AnsweredExempt Abandoned Dismissed",
        [SessionState.Initiating] = "Allowed Ended EndedOffline Disconnect GrantOver Accepted Rejected Unwritten Unknown Offline Moved Lost",
        [SessionState.InitiateUnknown] = "Allowed EndedOffline Disconnect GrantOver Rejected Unwritten Unknown Moved RetryDue Present Absent",
        [SessionState.Open] = "Granted Ended EndedOffline Disconnect GrantOver Rejected Unwritten Unknown Offline RetryDue Present Lost",
        [SessionState.SettleLater] = "Ended EndedOffline Disconnect GrantOver Offline RetryDue",
        [SessionState.LostByEngine] = "Ended GrantOver",
        [SessionState.Denied] = "Ended RetryDue",
        [SessionState.Exempt] = "Ended",
        [SessionState.Ending] = "Disconnect Accepted Rejected Unwritten Unknown Offline Moved Lost",
        [SessionState.Terminating] = "Disconnect Accepted Rejected Unwritten Unknown Offline RetryDue",
        [SessionState.TerminateUnknown] = "Disconnect Rejected Unknown RetryDue Present Absent",
        [SessionState.Recording] = "Disconnect Accepted Rejected Busy Unwritten Unknown RetryDue",
        [SessionState.Closed] = "",
        [SessionState.Unresolved] = "",
    };

    public static TheoryData<SessionState> States => [.. Enum.GetValues<SessionState>()];

    [Theory, MemberData(nameof(States))]
    public void Each_state_answers_to_exactly_the_events_that_can_happen_in_it(SessionState state)
    {
        string listed = string.Join(' ', Enum.GetValues<SessionEvent>().Where(@event => SessionTable.TryGet(state, @event, out _, out _)));
        Assert.Equal(s_listed[state], listed);
    }

    [Fact]
    public void The_page_draws_what_the_table_says()
    {
        string page = File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "charging-session.md"));
        IEnumerable<string> table =
            from state in Enum.GetValues<SessionState>()
            from @event in Enum.GetValues<SessionEvent>()
            where SessionTable.TryGet(state, @event, out SessionState next, out SessionAction action) && (next, action) != (state, SessionAction.None)
            select $"{state} --> {NextOf(state, @event)}";
        Assert.Equal(table.Distinct().Order(), Arrow().Matches(page).Select(match => match.Groups[1].Value).Distinct().Order());
    }

    [Fact]
    public void Every_state_can_reach_its_end()
    {
        foreach (SessionState start in Enum.GetValues<SessionState>())
        {
            var reached = new HashSet<SessionState> { start };
            var open = new Queue<SessionState>(reached);
            while (open.TryDequeue(out SessionState state))
            {
                foreach (SessionEvent @event in Enum.GetValues<SessionEvent>())
                {
                    if (SessionTable.TryGet(state, @event, out SessionState next, out _) && reached.Add(next))
                    {
                        open.Enqueue(next);
                    }
                }
            }

            Assert.True(reached.Contains(SessionState.Closed) || start == SessionState.Unresolved, $"{start} never closes");
        }
    }

    private static SessionState NextOf(SessionState state, SessionEvent @event)
    {
        SessionTable.TryGet(state, @event, out SessionState next, out _);
        return next;
    }

    [GeneratedRegex(@"^    (\w+ --> \w+): ", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
