using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotPath.Cli;

/// <summary>The demo for a program: a line <c>{"step":{…}}</c> for each step when it is over, then a line <c>{"cdr":{…}}</c> for each CDR.</summary>
internal sealed class DemoJsonReport(TextWriter output) : IDemoReport
{
    private static readonly DemoJson s_json = new(new JsonSerializerOptions(DemoJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public void Started(string engine, string edge, string callee)
    {
    }

    public void StepBegins(int number, DemoStep step, string why)
    {
    }

    public void Happened(DemoEvent noted)
    {
    }

    public void StepEnded(DemoStep step) => Write(new DemoLine(Step: step));

    public void Cdrs(IReadOnlyList<DemoCdr> cdrs)
    {
        foreach (DemoCdr cdr in cdrs)
        {
            Write(new DemoLine(Cdr: cdr));
        }
    }

    public void Finished(IReadOnlyList<DemoStep> steps, TimeSpan took)
    {
    }

    private void Write(DemoLine line)
    {
        output.WriteLine(JsonSerializer.Serialize(line, s_json.DemoLine));
        output.Flush();
    }
}

/// <summary>One line of output: either a step or a CDR.</summary>
internal sealed record DemoLine(DemoStep? Step = null, DemoCdr? Cdr = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoLine))]
internal sealed partial class DemoJson : JsonSerializerContext;
