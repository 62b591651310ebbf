namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: whenever the edge dies, at whatever write of its journal, the next one settles what the last one owed: each answered call
/// that was written down has one Initiate, is charged once for the time it was seen to run, and has one CDR; so has each session of a call
/// that has several.
/// </summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "", "|carrier")]
    [InlineData(true, "", "|carrier")]
    public void Dying_at_any_write_neither_loses_nor_doubles_a_charge(bool resumes, params string[] tags)
    {
        int crashes = 0, settled = 0, lost = 0;
        for (int write = 0; ; write++)
        {
            var run = new CrashRun(write, resumes, tags);
            if (!run.Play())
            {
                break;
            }

            crashes++;
            run.Check($"death at write {write}, {(resumes ? "resuming" : "ending")}", ref settled, ref lost);
        }

        output.WriteLine($"{crashes} crashes, {settled} sessions settled, {lost} lost between their answer and its record");
        Assert.InRange(crashes, 20, 200 * tags.Length);
        Assert.True(lost <= crashes, $"{lost} sessions were lost in {crashes} crashes");
    }
}
