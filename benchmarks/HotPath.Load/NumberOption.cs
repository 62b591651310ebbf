using System.CommandLine;
using System.Globalization;

namespace HotPath.Load;

/// <summary>Options that take numbers, and say what is wrong with others.</summary>
internal static class NumberOption
{
    /// <summary>Numbers separated by commas.</summary>
    public static Option<int[]> List(string name, string description, int least, int most, params int[] usual) => new(name)
    {
        Description = $"{description} Numbers separated by commas.",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
            if (!Array.TrueForAll(numbers, number => number >= least && number <= most))
            {
                result.AddError($"{name} {text}: numbers from {least} to {most}, separated by commas");
            }

            return numbers;
        },
    };

    /// <summary>One number.</summary>
    public static Option<int> One(string name, string description, int least, int most, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < least || number > most))
            {
                result.AddError($"{name} {number}: a number from {least} to {most}");
            }
        });
        return option;
    }

    /// <summary>A time in seconds, up to an hour.</summary>
    public static Option<double> Seconds(string name, string description, double usual)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
            {
                result.AddError($"{name}: more than 0, at most 3600");
            }
        });
        return option;
    }
}
