using Microsoft.CodeAnalysis;

namespace HotPath.Generators;

/// <summary>Types are recognised on every key press in an editor, so without making their names.</summary>
internal static class TypeNames
{
    /// <summary>The type's namespace and name are these; it is not nested.</summary>
    public static bool HasName(this ITypeSymbol? type, string fullName)
    {
        if (type is null || type.ContainingType is not null)
        {
            return false;
        }

        int end = fullName.Length;
        ISymbol part = type;
        while (true)
        {
            int start = end - part.Name.Length;
            if (start < 0 || string.CompareOrdinal(fullName, start, part.Name, 0, part.Name.Length) != 0)
            {
                return false;
            }

            part = part.ContainingNamespace;
            if (part is null or INamespaceSymbol { IsGlobalNamespace: true } || start == 0)
            {
                return start == 0 && part is INamespaceSymbol { IsGlobalNamespace: true };
            }

            if (fullName[start - 1] != '.')
            {
                return false;
            }

            end = start - 1;
        }
    }
}
