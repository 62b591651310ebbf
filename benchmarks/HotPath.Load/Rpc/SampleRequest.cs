using HotPath.Commands;

namespace HotPath.Load;

/// <summary>The authorisation that every client of the RPC load sends: 270 bytes with its envelope, as an edge sends it.</summary>
internal static class SampleRequest
{
    public static AuthorizeEvent Create() => new()
    {
        GetMaxUsage = true,
        Tenant = "cgrates.org"u8,
        OriginId = "1-1377-6f2c4b9a@192.0.2.10"u8,
        OriginHost = "edge1.example.org"u8,
        RequestType = "*prepaid"u8,
        Account = "1001"u8,
        Destination = "+4930123456"u8,
    };
}
