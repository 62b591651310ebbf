using System.Text.Json;

namespace HotPath.Commands;

/// <summary>What the generator writes for a struct marked <see cref="CgrObjectAttribute"/>: it is written and read as part of what holds it.</summary>
/// <typeparam name="TSelf">The object.</typeparam>
public interface ICgrObject<TSelf>
    where TSelf : struct, ICgrObject<TSelf>
{
    /// <summary>
    /// Reads the object that comes next; <c>null</c> where there is none. What is wrong with it, <see cref="CgrReader.Finish"/> says.
    /// </summary>
    /// <param name="reader">In front of the value.</param>
    /// <param name="container">The member that the object is.</param>
    /// <param name="value">What was read.</param>
    static abstract void Read(ref CgrReader reader, string container, out TSelf? value);

    /// <summary>Writes the object and a comma, as the methods of <see cref="CgrEncoder"/> do.</summary>
    int EncodeTo(Span<byte> output, int at);

    /// <summary>Writes the object.</summary>
    void WriteTo(Utf8JsonWriter writer);
}
