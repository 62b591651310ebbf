namespace HotPath.Charging;

/// <summary>One mistake in a tariff plan, or one notice about it.</summary>
/// <param name="File">File name; the folder where no single file is concerned.</param>
/// <param name="Line">Line in the file, from 1; 0 where no line is concerned.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
public sealed record TariffError(string File, int Line, string Message)
{
    /// <summary><c>file:line: what, what to do</c>.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}: {Message}";
}
