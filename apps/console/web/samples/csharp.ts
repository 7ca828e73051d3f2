import { quote, tokenParts, type SampleCall } from './call.ts'

/** For .NET 8 or newer, with nothing to install. */
export function writeCsharp(call: SampleCall): string {
  const { header, claims } = tokenParts(call)
  const open = `${JSON.stringify(claims).slice(0, -1)},"exp":`
  return `// dotnet run, with .NET 8 or newer; nothing to install
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

static string Encode(byte[] bytes) =>
    Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

using var key = RSA.Create();
key.ImportFromPem(File.ReadAllText(${quote(call.keyFile)}));

var exp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300;
var header = Encode(Encoding.UTF8.GetBytes(${quote(JSON.stringify(header))}));
var claims = Encode(Encoding.UTF8.GetBytes(${quote(open)} + exp + "}"));
var signed = Encoding.UTF8.GetBytes($"{header}.{claims}");
var signature = Encode(key.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));

using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", $"{header}.{claims}.{signature}");
var response = await client.PostAsJsonAsync(
    ${quote(call.endpoint)},
    new { query = ${quote(call.query)} });
Console.WriteLine(await response.Content.ReadAsStringAsync());
`
}
