namespace System.Runtime.CompilerServices;

/// <summary>Lets the compiler make records for netstandard2.0, on which analyzers are built.</summary>
internal static class IsExternalInit;
