namespace HotPath.Edge.Tests;

/// <summary>Promise: what the limits let in is served to its end, though it grows on its way; what they do not goes no further.</summary>
public sealed class LimitsTests
{
    private const int HeadersOfTheBench = 8;

    [Fact]
    public void A_call_with_as_many_header_fields_as_allowed_is_charged_like_any_other()
    {
        CallBench bench = new();
        bench.Answered(Headers(200));
        bench.Run(5);
        bench.Receive(CallBench.Caller, bench.InDialog(Sip.DialogSide.Caller, "BYE", 11));
        bench.Take(CallBench.Callee, "BYE ");
        Assert.Equal("5s", bench.Command("SessionSv1.TerminateSession").Event("Usage"));
    }

    [Fact]
    public void A_request_beyond_a_configured_limit_goes_no_further()
    {
        CallBench bench = new(configure: file => { file.MaxHeaders = 20; file.MaxRequestUriLength = 40; return file; });
        bench.Receive(CallBench.Caller, bench.InviteText(Headers(21)));
        Assert.True(bench.IsQuiet);
        bench.Receive(CallBench.Caller, bench.InviteText(number: new string('1', 40)));
        bench.Take(CallBench.Caller, "SIP/2.0 414 ");
        bench.Invite(Headers(20));
    }

    /// <summary>Header fields that make so many of an INVITE's.</summary>
    private static string Headers(int total) => string.Concat(Enumerable.Range(HeadersOfTheBench, total - HeadersOfTheBench).Select(i => $"X-{i}: {i}\r\n"));
}
