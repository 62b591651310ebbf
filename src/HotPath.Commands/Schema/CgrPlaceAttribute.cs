namespace HotPath.Commands;

/// <summary>What the declarations of members have in common. There are no others than those of this library, as the generator knows no others.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class CgrPlaceAttribute : Attribute
{
    private protected CgrPlaceAttribute(string name) => Name = name;

    /// <summary>Name on the wire.</summary>
    public string Name { get; }

    /// <summary>How the value is written and read; by default what the member's type says.</summary>
    public CgrFormat Format { get; set; }

    /// <summary>What becomes of the member in the pre-rc8 dialect.</summary>
    public CgrCompat Compat { get; set; }

    /// <summary>How the value is written and read in the pre-rc8 dialect; by default as <see cref="Format"/> says, flags as <see cref="CgrFormat.Number"/>.</summary>
    public CgrFormat CompatFormat { get; set; }

    /// <summary>A request without a required member is not valid: the server-side reader says so.</summary>
    public bool Required { get; set; }

    /// <summary>
    /// A value of the same name in the set of variables that stands at the same place is written instead of the member. Otherwise the
    /// member, if it is written, keeps such a value out.
    /// </summary>
    public bool Yields { get; set; }
}
