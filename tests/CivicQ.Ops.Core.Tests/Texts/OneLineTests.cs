using System.Net;
using System.Text;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Support;
using CivicQ.Ops.Core.Texts;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Texts;

public sealed class OneLineTests
{
    private const string Escape = "\u001b[31mred\u0007\r\nAll is well\u009b2J\u202e";

    [Theory]
    [InlineData("plain – ünicode 🙂", "plain – ünicode 🙂")]
    [InlineData("a\r\nb\nc\td", "a b c d")]
    [InlineData("\u001b[31m\u0000\u007f\u0085\u202e\u2066", "\ufffd[31m\ufffd\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("", "")]
    public void What_acts_on_a_terminal_is_taken_out(string text, string expected) => Assert.Equal(expected, OneLine.Of(text));

    [Fact]
    public void No_error_and_no_result_holds_a_control_character()
    {
        var error = new OperationException(GeneralErrors.Unexpected, Escape, Escape);
        var result = new HealthResult { Component = "x", Check = "y", Status = HealthStatus.Unhealthy, Detail = Escape };
        Assert.All([error.Message, error.Target!, result.Detail, (result with { Detail = Escape + "z" }).Detail], Harmless);
    }

    [Fact]
    public async Task A_servers_words_are_shown_without_them()
    {
        // ErrorResponse of PostgreSQL: severity, code, message.
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0C28000\0M{Escape}\0\0");
        byte[] postgres = [(byte)'E', .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(fields.Length + 4)), .. fields];
        await using var database = Saying(postgres);
        await using var cache = Saying(Encoding.UTF8.GetBytes($"-ERR {Escape.Replace("\r\n", "\n", StringComparison.Ordinal)}\r\n"));
        await using var web = Saying(Encoding.UTF8.GetBytes($"HTTP/1.1 {Escape}\r\n\r\n"));
        var context = TestContexts.Create(new CivicQEnvironment
        {
            Name = "t", LocalHost = false, TimeoutSeconds = 30,
            Database = new DatabaseSettings { Host = "127.0.0.1", Port = database.Port, Name = "x", User = "x", SslMode = "disable" },
            Cache = new RedisSettings { Host = "127.0.0.1", Port = cache.Port },
            Site = new SiteSettings { Url = new Uri($"http://127.0.0.1:{web.Port}") },
        });
        foreach (var probe in new IHealthProbe[] { new DatabaseHealthProbe(), new CacheHealthProbe(), new SiteHealthProbe() })
        {
            var result = Assert.Single(await HealthRunner.CheckOneAsync(probe, context, ThresholdSet.For(context.Environment), CancellationToken.None));
            Assert.Equal(HealthStatus.Unhealthy, result.Status);
            Harmless(result.Detail);
        }
    }

    private static LoopbackServer Saying(byte[] words) => new(async (stream, token) =>
    {
        var buffer = new byte[4096];
        if (await stream.ReadAsync(buffer, token) == 8)
        {
            // The first eight bytes are PostgreSQL's question for TLS: no.
            await stream.WriteAsync("N"u8.ToArray(), token);
            if (await stream.ReadAsync(buffer, token) == 0)
            {
                return;
            }
        }

        await stream.WriteAsync(words, token);
    });

    private static void Harmless(string text) => Assert.DoesNotContain(text, letter => char.IsControl(letter) || letter is >= '\u202a' and <= '\u202e');
}
