/** For .NET 8 or newer, with nothing to install. */
export const verifyInCsharp = `// WEBHOOK_SECRETS='whsec_…' dotnet run -- ID TIMESTAMP SIGNATURES BODY_FILE
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

// Says why a message is not taken, or null. The body is bytes: as it came, before anything parses it.
static string? FindRefusal(string[] secrets, string id, string timestamp, string signatures, byte[] body)
{
    if (!Regex.IsMatch(id, @"\\A[^.\\s]+\\z") || !Regex.IsMatch(timestamp, @"\\A[0-9]{1,12}\\z")) return "malformed";
    var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp);
    if (Math.Abs(age) > 300) return "timestamp";
    byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
    foreach (var secret in secrets)
    {
        var key = Convert.FromBase64String(secret.Replace("whsec_", ""));
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        foreach (var given in signatures.Split(' '))
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected)) return null;
    }
    return "signature";
}

var secrets = Environment.GetEnvironmentVariable("WEBHOOK_SECRETS")!.Split(' ');
var refusal = FindRefusal(secrets, args[0], args[1], args[2], File.ReadAllBytes(args[3]));
Console.WriteLine(refusal is null ? "good" : $"refused: {refusal}");
return refusal is null ? 0 : 1;
`
