namespace HotPath.Charging;

internal sealed partial class TariffBuilder
{
    private readonly Dictionary<string, AccountAction[]> _actions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccountAction[]> _actionPlans = new(StringComparer.Ordinal);
    private readonly List<AccountSeed> _accounts = [];

    private void ReadActions()
    {
        foreach (IGrouping<string, CsvRow> actions in Rows("Actions.csv").GroupBy(row => row[0]))
        {
            List<(AccountAction Action, decimal Weight)> steps = [];
            foreach (CsvRow row in actions)
            {
                if (Require(row, 0, 1) && ReadAction(row) is { } action)
                {
                    steps.Add((action, Number(row, 16)));
                }
            }

            _actions[actions.Key] = [.. steps.OrderByDescending(step => step.Weight).Select(step => step.Action)];
        }
    }

    private AccountAction? ReadAction(CsvRow row)
    {
        AccountActionKind? kind = row[1] switch
        {
            "*topup" => AccountActionKind.TopUp,
            "*topup_reset" => AccountActionKind.TopUpReset,
            "*allow_negative" => AccountActionKind.AllowNegative,
            "*deny_negative" => AccountActionKind.DenyNegative,
            "*enable_account" => AccountActionKind.Enable,
            "*disable_account" => AccountActionKind.Disable,
            _ => null,
        };
        string? unsupported = kind is null ? $"action {row[1]}"
            : row[3].Length > 0 ? "an action's Filter"
            : row[9].Length > 0 ? "a SharedGroup"
            : row[11] is not ("" or "*any") ? "a balance's TimingIDs"
            : row[10] is not ("" or "*unlimited") && row[10].StartsWith('*') ? $"ExpiryTime {row[10]}"
            : null;
        if (unsupported is not null)
        {
            Notice(row, $"{unsupported} is not known to the embedded engine, so this row of '{row[0]}' is left out");
            return null;
        }

        if (kind is not (AccountActionKind.TopUp or AccountActionKind.TopUpReset))
        {
            return new AccountAction(kind!.Value, null);
        }

        foreach (string destination in AnyList(row, 7))
        {
            if (!_destinations.ContainsKey(destination.TrimStart('!')))
            {
                Error(row, 7, "is not in Destinations.csv; add it there or correct the name");
            }
        }

        return !Require(row, 5) ? null : new AccountAction(kind.Value, new BalanceTemplate
        {
            Id = row[4],
            Type = row[5],
            Value = row[5] == "*voice" ? Duration(row, 12) : Amount(row, 12, MaxBalance),
            Weight = Number(row, 13),
            DestinationIds = AnyList(row, 7),
            Categories = AnyList(row, 6),
            RatingSubject = row[8],
            Blocker = Flag(row, 14),
            Disabled = Flag(row, 15),
            Expires = row[10] is "" or "*unlimited" ? null : Time(row, 10, row[10]),
        });
    }

    private static string[] AnyList(CsvRow row, int column) => row[column] == "*any" ? [] : row.List(column);

    private void ReadActionPlans()
    {
        foreach (IGrouping<string, CsvRow> plan in Rows("ActionPlans.csv").GroupBy(row => row[0]))
        {
            List<(AccountAction[] Actions, decimal Weight)> steps = [];
            foreach (CsvRow row in plan)
            {
                if (!Require(row, 0, 1, 2) || Find(row, 1, _actions, "Actions.csv") is not { } actions)
                {
                    continue;
                }

                if (row[2] == "*asap")
                {
                    steps.Add((actions, Number(row, 3)));
                }
                else if (Find(row, 2, _timings, "Timings.csv") is not null)
                {
                    Notice(row, $"the embedded engine runs no actions on a schedule, so '{row[1]}' at '{row[2]}' is left out");
                }
            }

            _actionPlans[plan.Key] = [.. steps.OrderByDescending(step => step.Weight).SelectMany(step => step.Actions)];
        }
    }

    private void ReadAccountActions()
    {
        HashSet<(string, string)> seen = [];
        foreach (CsvRow row in Rows("AccountActions.csv"))
        {
            if (!Require(row, 0, 1))
            {
                continue;
            }

            if (!seen.Add((row[0], row[1])))
            {
                Error(row, 1, "is there twice; give each account one row");
            }

            AccountAction[]? actions = row[2].Length == 0 ? [] : Find(row, 2, _actionPlans, "ActionPlans.csv");
            _accounts.Add(new AccountSeed(row[0], row[1], Flag(row, 4), Flag(row, 5), actions ?? []));
        }
    }
}
