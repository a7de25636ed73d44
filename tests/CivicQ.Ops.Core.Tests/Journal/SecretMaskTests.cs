using CivicQ.Ops.Core.Journal;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Core.Tests.Journal;

public class SecretMaskTests
{
    private const string Marked = "MARKED-s3cret";

    [Theory]
    [InlineData("postgresql://user:MARKED-s3cret@host:5432/name", "://***@host:5432/name")]
    [InlineData("redis://:a/b@MARKED-s3cret@host/0", "://***@host/0")]
    [InlineData("Host=h;Password=MARKED-s3cret;Database=d", "Host=h;Password=***;Database=d")]
    [InlineData("curl -H 'Authorization: Bearer MARKED-s3cret'", "***")]
    [InlineData("{\"apiKey\": \"MARKED-s3cret\", \"a\": 1}", "***")]
    [InlineData("https://bucket/key?X-Amz-Signature=MARKED-s3cret&x=1", "&x=1")]
    [InlineData("--db-password='MARKED-s3cret and more' --verbose", "--verbose")]
    public void Secrets_go_and_the_rest_stays(string text, string stays)
    {
        var masked = SecretMask.Text(text);
        Assert.DoesNotContain(Marked, masked, StringComparison.Ordinal);
        Assert.Contains(stays, masked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://civicq.example.com/health?x=1")]
    [InlineData("pid 4711 of civicq@10.0.0.1 (idle)")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, SecretMask.Text(text));

    [Theory]
    [InlineData("DatabasePassword", true)]
    [InlineData("ApiToken", true)]
    [InlineData("Credential", true)]
    [InlineData("Name", false)]
    [InlineData("Key", false)]
    public void Parameters_are_secret_by_name(string name, bool secret) => Assert.Equal(secret, SecretMask.IsSecret(name));

    [Fact]
    public void Nothing_of_a_planted_secret_reaches_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("journal.jsonl");
        new JournalWriter(path).Append(JournalTests.Record($"postgresql://u:{Marked}@h/d") with
        {
            Parameters = new Dictionary<string, string>
            {
                ["Password"] = Marked,
                ["Url"] = $"redis://:{Marked}@h",
                ["Options"] = new string('x', 4090) + $" token={Marked}",
            },
        });
        Assert.All(Directory.GetFiles(folder.Path), file => Assert.DoesNotContain(Marked, File.ReadAllText(file), StringComparison.Ordinal));
    }
}
