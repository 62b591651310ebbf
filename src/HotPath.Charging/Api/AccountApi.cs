using System.Text;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>The methods of <c>APIerSv1</c> and <c>APIerSv2</c> about accounts. Source: facts cgrates-engine.md §3, wire recordings 023-029, 190-208.</summary>
internal sealed class AccountApi
{
    /// <summary>Largest balance that may be set or added, so that sums stay exact; 31 years of nanoseconds.</summary>
    private const decimal MaxValue = 1_000_000_000_000_000_000;

    private const string TooLarge = "SERVER_ERROR: VALUE_TOO_LARGE";

    private readonly EngineOptions _options;
    private readonly AccountBook _accounts;

    public AccountApi(EngineOptions options, AccountBook accounts, ApiRouter router)
    {
        _options = options;
        _accounts = accounts;
        router.Add("APIerSv1.GetAccount", (_, parameters, answer) => GetAccount(new ApiParameters(parameters), answer, isVersion1: true));
        router.Add("APIerSv2.GetAccount", (_, parameters, answer) => GetAccount(new ApiParameters(parameters), answer, isVersion1: false));
        router.Add("APIerSv1.GetAccounts", (_, parameters, answer) => GetAccounts(new ApiParameters(parameters), answer, isVersion1: true));
        router.Add("APIerSv2.GetAccounts", (_, parameters, answer) => GetAccounts(new ApiParameters(parameters), answer, isVersion1: false));
        router.Add("APIerSv1.SetAccount", (_, parameters, answer) => answer.Done(SetAccount(new ApiParameters(parameters))));
        router.Add("APIerSv2.SetAccount", (_, parameters, answer) => answer.Done(SetAccount(new ApiParameters(parameters))));
        router.Add("APIerSv1.RemoveAccount", (_, parameters, answer) => answer.Done(RemoveAccount(new ApiParameters(parameters))));
        router.Add("APIerSv1.SetBalance", (_, parameters, answer) => answer.Done(SetBalance(new ApiParameters(parameters))));
        router.Add("APIerSv1.AddBalance", (_, parameters, answer) => answer.Done(ChangeBalance(new ApiParameters(parameters), sign: 1)));
        router.Add("APIerSv1.DebitBalance", (_, parameters, answer) => answer.Done(ChangeBalance(new ApiParameters(parameters), sign: -1)));
    }

    private void GetAccount(ApiParameters parameters, ApiAnswer answer, bool isVersion1)
    {
        if (_accounts.Find(Tenant(parameters), parameters.Text("Account")) is { } account)
        {
            AccountWriter.Write(answer.Result, account, isVersion1);
        }
        else
        {
            answer.Fail("NOT_FOUND");
        }
    }

    private void GetAccounts(ApiParameters parameters, ApiAnswer answer, bool isVersion1)
    {
        string tenant = Tenant(parameters);
        string[]? names = parameters.List("AccountIDs");
        answer.Result.WriteStartArray();
        foreach (Account account in _accounts.All.Where(account => account.Tenant == tenant).OrderBy(account => account.Name, StringComparer.Ordinal))
        {
            if (names is null or [] || names.Contains(account.Name))
            {
                AccountWriter.Write(answer.Result, account, isVersion1);
            }
        }

        answer.Result.WriteEndArray();
    }

    private string? SetAccount(ApiParameters parameters)
    {
        if (Missing(parameters, "Account") is { } missing)
        {
            return missing;
        }

        Account account = _accounts.GetOrAdd(Tenant(parameters), parameters.Text("Account"));
        ApiParameters options = parameters["ExtraOptions"].ValueKind == JsonValueKind.Object ? parameters.Object("ExtraOptions") : parameters;
        account.AllowNegative = options.Flag("AllowNegative") ?? account.AllowNegative;
        account.Disabled = options.Flag("Disabled") ?? account.Disabled;
        return null;
    }

    private string? RemoveAccount(ApiParameters parameters) =>
        Missing(parameters, "Account") ?? (_accounts.Remove(Tenant(parameters), parameters.Text("Account")) ? null : "SERVER_ERROR: NOT_FOUND");

    private string? SetBalance(ApiParameters parameters)
    {
        if ((Missing(parameters, "Account") ?? Missing(parameters, "BalanceType")) is { } missing)
        {
            return missing;
        }

        if (parameters.Object("Balance").Text("ID").Length == 0)
        {
            return "MANDATORY_IE_MISSING: [BalanceID or BalanceUUID]";
        }

        // What is not said stays as it is.
        Balance? known = _accounts.Find(Tenant(parameters), parameters.Text("Account"))?.Find(parameters.Text("BalanceType"), parameters.Object("Balance").Text("ID"));
        if (TryReadBalance(parameters, known, out BalanceTemplate template) is { } error)
        {
            return error;
        }

        _accounts.GetOrAdd(Tenant(parameters), parameters.Text("Account")).SetBalance(template);
        return null;
    }

    private string? ChangeBalance(ApiParameters parameters, int sign)
    {
        if ((Missing(parameters, "Account") ?? Missing(parameters, "BalanceType")) is { } missing)
        {
            return missing;
        }

        if (TryReadBalance(parameters, null, out BalanceTemplate template) is { } error)
        {
            return error;
        }

        Account account = _accounts.GetOrAdd(Tenant(parameters), parameters.Text("Account"));
        decimal change = sign * template.Value;
        decimal before = template.Id.Length == 0 ? 0 : account.Find(template.Type, template.Id)?.Value ?? 0;
        if (Math.Abs(before + change) > MaxValue)
        {
            return TooLarge;
        }

        account.TopUp(template with { Value = change });
        return null;
    }

    /// <param name="parameters">The request.</param>
    /// <param name="known">Gives what the request does not say.</param>
    /// <param name="template">The balance.</param>
    /// <returns>The error text; <c>null</c>: none.</returns>
    private static string? TryReadBalance(ApiParameters parameters, Balance? known, out BalanceTemplate template)
    {
        ApiParameters balance = parameters.Object("Balance");
        string expiry = balance.Text("ExpiryTime");
        bool isTime = TimeText.TryParse(Encoding.UTF8.GetBytes(expiry), out DateTimeOffset? expires);
        template = new BalanceTemplate
        {
            Id = balance.Text("ID"),
            Type = parameters.Text("BalanceType"),
            Value = parameters.Number("Value") ?? known?.Value ?? 0,
            Weight = balance.Number("Weight") ?? known?.Weight ?? 0,
            DestinationIds = balance.List("DestinationIDs") ?? known?.DestinationIds ?? [],
            Categories = balance.List("Categories") ?? known?.Categories ?? [],
            RatingSubject = balance.TextOr("RatingSubject", known?.RatingSubject ?? ""),
            Blocker = balance.Flag("Blocker") ?? known?.Blocker ?? false,
            Disabled = balance.Flag("Disabled") ?? known?.Disabled ?? false,
            Expires = expiry.Length == 0 ? known?.Expires : expires?.UtcDateTime,
        };
        return !isTime ? "Unsupported time format" : Math.Abs(template.Value) > MaxValue ? TooLarge : null;
    }

    private string Tenant(ApiParameters parameters) => parameters.TextOr("Tenant", _options.DefaultTenant);

    private static string? Missing(ApiParameters parameters, string name) =>
        parameters.Text(name).Length == 0 ? $"MANDATORY_IE_MISSING: [{name}]" : null;
}
