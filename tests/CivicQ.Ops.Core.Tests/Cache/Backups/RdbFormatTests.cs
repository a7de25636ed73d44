using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Cache.Backups;

public sealed class RdbFormatTests
{
    [Fact]
    public void The_checksum_is_Redis_own()
    {
        // From Redis' crc64.c.
        Assert.Equal(0xe9c6d914c4b8d9ca, Crc64.Append(0, "123456789"u8));
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => i.ToString(CultureInfo.InvariantCulture))));
        var whole = Crc64.Append(0, text);
        for (var cut = 0; cut < 40; cut++)
        {
            Assert.Equal(whole, Crc64.Append(Crc64.Append(0, text.AsSpan(0, cut)), text.AsSpan(cut)));
        }
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("cache:*", "cache:questions:1", true)]
    [InlineData("cache:*:1", "cache:questions:1", true)]
    [InlineData("cache:*:1", "cache:questions:12", false)]
    [InlineData("c?che", "cache", true)]
    [InlineData("c?che", "cche", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[c-a]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("", "a", false)]
    [InlineData("abc", "ab", false)]
    [InlineData("[ab", "a", true)]
    public void Patterns_match_as_Redis_does(string pattern, string key, bool fits) =>
        Assert.Equal(fits, RedisGlob.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void A_pattern_of_many_stars_ends()
    {
        var pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 200)) + "b");
        Assert.False(RedisGlob.IsMatch(pattern, Encoding.ASCII.GetBytes(new string('a', 4000))));
    }

    [Theory]
    [InlineData("_kombu.binding.celery", true)]
    [InlineData("prefix_kombu.binding.celery", true)]
    [InlineData("celery", true)]
    [InlineData("video", true)]
    [InlineData("video\u0006\u00163", true)]
    [InlineData("unacked_index", true)]
    [InlineData("0f6d.reply.celery.pidbox", true)]
    [InlineData("cache:celery", false)]
    public void The_brokers_keys_are_known(string key, bool known) =>
        Assert.Equal(known, new BrokerKeys(new QueueSettings { Queues = ["celery", "video"] }).Contains(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("")]
    [InlineData("REDIS")]
    [InlineData("REDIS0011")]
    [InlineData("not a snapshot of Redis at all")]
    public void What_is_no_snapshot_is_refused(string text)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(text));
        var error = Assert.Throws<OperationException>(() => RdbFile.Verify(stream, "x", CancellationToken.None));
        Assert.Equal(BackupErrors.Damaged, error.Definition);
    }

    [Fact]
    public void A_type_that_is_not_known_leaves_the_checksum()
    {
        var file = CacheServer.Resum([.. "REDIS0012"u8, 0xFE, 0, 99, 1, (byte)'k', 1, (byte)'v', 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
        var contents = RdbFile.Verify(new MemoryStream(file), "x", CancellationToken.None);
        Assert.True(contents.HasChecksum);
        Assert.Contains("type 99", contents.NotCounted, StringComparison.Ordinal);
        Assert.Empty(contents.Databases);
        file[14] ^= 1;
        Assert.Throws<OperationException>(() => RdbFile.Verify(new MemoryStream(file), "x", CancellationToken.None));
    }

    [Fact]
    public void Hashes_whose_fields_expire_are_passed_over()
    {
        // Redis 7.4: type 24, with the earliest end, and for each field its own.
        byte[] hash = [0xFE, 0, 24, 1, (byte)'h', 1, 0, 0, 0, 0, 0, 0, 0, 2, 5, 1, (byte)'f', 1, (byte)'v', 0, 1, (byte)'g', 0xC0, 7];
        byte[] packed = [25, 1, (byte)'p', 1, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3];
        var file = CacheServer.Resum([.. "REDIS0012"u8, .. hash, .. packed, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
        var contents = RdbFile.Verify(new MemoryStream(file), "x", CancellationToken.None);
        Assert.Null(contents.NotCounted);
        Assert.Equal(2, contents.Keys);
    }

    [Fact]
    public void A_check_that_is_given_up_lets_go()
    {
        using var check = new RdbCheck();
        check.Add("REDIS0011"u8);
    }

    [Fact]
    public void A_check_that_found_damage_takes_the_rest_without_waiting()
    {
        using var check = new RdbCheck();
        for (var i = 0; i < 100; i++)
        {
            check.Add(new byte[1000]);
        }

        Assert.Contains("no snapshot", check.End(), StringComparison.Ordinal);
    }
}
