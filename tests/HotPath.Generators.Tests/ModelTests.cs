using HotPath.Commands;

namespace HotPath.Generators.Tests;

/// <summary>Guards: the model's names are those of the attributes' assembly, which the generator cannot reference.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Formats_are_the_same_value_for_value() => Assert.Equal(
        Enum.GetValues<CgrFormat>().Select(format => (format.ToString(), (byte)format)),
        Enum.GetValues<MemberFormat>().Select(format => (format.ToString(), (byte)format)));

    [Fact]
    public void Places_in_the_pre_rc8_dialect_are_the_same_value_for_value() => Assert.Equal(
        Enum.GetValues<CgrCompat>().Select(compat => (compat.ToString(), (byte)compat)),
        Enum.GetValues<MemberCompat>().Select(compat => (compat.ToString(), (byte)compat)));

    [Theory]
    [InlineData(typeof(CgrCommandAttribute), SchemaNames.CommandAttribute)]
    [InlineData(typeof(CgrReplyAttribute), SchemaNames.ReplyAttribute)]
    [InlineData(typeof(CgrObjectAttribute), SchemaNames.ObjectAttribute)]
    [InlineData(typeof(CgrResultAttribute), SchemaNames.ResultAttribute)]
    [InlineData(typeof(CgrMemberAttribute), SchemaNames.MemberAttribute)]
    [InlineData(typeof(CgrFieldAttribute), SchemaNames.FieldAttribute)]
    [InlineData(typeof(CgrText), SchemaNames.Text)]
    [InlineData(typeof(CgrDuration), SchemaNames.Duration)]
    [InlineData(typeof(CgrVariables), SchemaNames.Variables)]
    [InlineData(typeof(DateTimeOffset), SchemaNames.Time)]
    public void Types_are_found_by_their_names(Type type, string name) => Assert.Equal(type.FullName, name);
}
