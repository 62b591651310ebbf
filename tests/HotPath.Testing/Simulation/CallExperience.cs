namespace HotPath.Testing;

/// <summary>What one side of a call lived through.</summary>
public sealed class CallExperience
{
    public bool Rang { get; set; }

    public bool Answered { get; set; }

    /// <summary>The last final response the caller got to an INVITE that begins a call.</summary>
    public int Status { get; set; }

    public bool SentBye { get; set; }

    public bool GotBye { get; set; }

    public int ByeStatus { get; set; }

    /// <summary>INVITEs that began a call: more than one after a challenge or a redirection.</summary>
    public int Attempts { get; set; }

    /// <summary>Requests inside the dialog that were answered with success.</summary>
    public int DialogRequests { get; set; }

    /// <summary>When the callee first heard of the call.</summary>
    public TimeSpan? OfferedAt { get; set; }

    public TimeSpan? AnsweredAt { get; set; }

    public TimeSpan? EndedAt { get; set; }
}
