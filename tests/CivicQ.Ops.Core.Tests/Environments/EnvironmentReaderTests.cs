using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Environments;

public class EnvironmentReaderTests
{
    private const string Planted = "MARKED-s3cret";

    // Every key there is, each with another value than the one that it has without a word.
    internal const string Everything = """
        {
          // Comments and trailing commas are allowed.
          "$schema": "./environments.schema.json",
          "environments": {
            "everything": {
              "description": "All of it",
              "api": { "url": "https://api.example.com", "adminToken": "env:TOKEN", "metricsPath": "/m" },
              "site": { "url": "https://example.com" },
              "services": {
                "compose": {
                  "project": "shop", "files": ["/srv/a.yml", "/srv/b.yml"], "environmentFile": "/srv/.env", "host": "tcp://docker:2376",
                  "context": "prod", "certificateFolder": "/certs"
                },
                "names": { "backend": "shop-api" }
              },
              "database": {
                "url": "env:DATABASE_URL", "host": "db", "port": 5433, "name": "civicq", "user": "ops",
                "password": "file:/run/secrets/db", "sslMode": "verify-full", "rootCertificate": "/ca.pem",
                "pooler": { "host": "bouncer", "port": 6433, "user": "stats", "password": "env:POOLER", "sslMode": "require", "rootCertificate": "/pooler.pem" },
                "migrations": { "folder": "/srv/app", "program": "/srv/venv/bin/alembic" }
              },
              "cache": { "url": "env:REDIS_URL", "host": "redis", "port": 6380, "database": 1, "password": "secret:Vault/redis", "tls": true },
              "queue": { "broker": { "url": "env:BROKER" }, "queues": ["a", "b"], "keyPrefix": "p" },
              "certificates": { "endpoints": ["mail:465"] },
              "storage": {
                "buckets": ["media"], "endpoint": "https://r2.example.com", "region": "auto", "pathStyle": true,
                "accessKey": "env:KEY", "secretKey": "env:SECRET"
              },
              "backups": {
                "folder": "/var/backups", "bucket": "backups", "prefix": "production/", "programs": "/opt/pg/bin", "service": "postgres", "walArchive": "/var/backups/wal",
                "rpoHours": 1.5, "rtoHours": 2
              },
              "logs": { "application": ["/var/log/app.log"], "access": ["/var/log/access.log"] },
              "tls": { "certificateAuthority": "/lab.pem", "skipVerification": true },
              "localHost": false,
              "thresholds": { "database.pool": { "degraded": 0.5, "unhealthy": 0.6 } },
              "timeoutSeconds": 2.5,
              "maintenanceWindow": { "day": "Sunday", "from": "23:30", "to": "02:00", "timeZone": "Europe/Rome" },
            },
          }
        }
        """;

    // What "everything" cannot have beside Compose.
    private const string Cluster = """
        { "environments": { "cluster": { "services": { "kubernetes": { "files": ["/k/a", "/k/b"], "context": "prod", "namespace": "civicq" } } } } }
        """;

    [Fact]
    public void Every_key_is_read()
    {
        var listing = Read(Everything);
        Assert.Empty(listing.Complaints);
        var environment = Assert.Single(listing.Environments);
        Assert.Equal(("everything", "/etc/environments.json"), (environment.Name, environment.Source));
        Assert.Equal("env:TOKEN", environment.Api!.AdminToken!.ToString());
        Assert.Equal("/etc/environments.json, line 7", environment.Api.AdminToken.WrittenAt);
        Assert.Equal((5433, "verify-full"), (environment.Database!.Port, environment.Database.SslMode));
        Assert.True(environment.Cache!.Tls);
        Assert.Equal(["a", "b"], environment.Queue!.Queues);
        Assert.Equal(("shop", "tcp://docker:2376", "prod"), (environment.Services!.Compose!.Project, environment.Services.Compose.Host, environment.Services.Compose.Context));
        Assert.Equal(["/srv/a.yml", "/srv/b.yml"], environment.Services.Compose.Files);
        Assert.Equal("shop-api", environment.Services.Names["backend"]);
        var kubernetes = Assert.Single(Read(Cluster).Environments).Services!.Kubernetes!;
        Assert.Equal(("prod", "civicq", 2), (kubernetes.Context, kubernetes.Namespace, kubernetes.Files.Count));
        Assert.Equal(0.5, ThresholdSet.For(environment)["Database.Pool"].Degraded);
        Assert.Equal(DayOfWeek.Sunday, environment.MaintenanceWindow!.Day);
        Assert.Equal(2.5, environment.TimeoutSeconds);
        Assert.False(environment.LocalHost);
    }

    [Fact]
    public void What_is_written_is_read_as_the_same()
    {
        var environment = Read(Everything).Environments[0];
        var written = EnvironmentJson.Write(environment).ToJsonString();
        var again = EnvironmentJson.Write(Read($$"""{ "environments": { "everything": {{written}} } }""").Environments[0]).ToJsonString();
        Assert.Equal(written, again);
        // Nothing was lost in the first writing either: what is written has every key of what was read.
        using var before = JsonDocument.Parse(Everything, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        using var after = JsonDocument.Parse(written);
        Assert.Equal(Leaves(before.RootElement.GetProperty("environments").GetProperty("everything")), Leaves(after.RootElement));
    }

    [Fact]
    public void The_published_schema_knows_the_same_keys()
    {
        EnvironmentReader.Read(Encoding.UTF8.GetBytes(Everything), "f", ThresholdSet.Names, out var most);
        EnvironmentReader.Read(Encoding.UTF8.GetBytes(Cluster), "f", ThresholdSet.Names, out var others);
        var keys = most.Concat(others.Where(other => !most.ContainsKey(other.Key)));
        using var stream = typeof(EnvironmentReader).Assembly.GetManifestResourceStream("CivicQ.Ops.Core.Data.environments.schema.json")!;
        using var schema = JsonDocument.Parse(stream);
        var published = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(schema.RootElement, schema.RootElement.GetProperty("definitions").GetProperty("environment"), "", published);
        Assert.Equal(published, new SortedDictionary<string, string>(keys.ToDictionary(pair => pair.Key, pair => string.Join(' ', pair.Value)), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("prod\\n")]
    [InlineData("a b")]
    [InlineData("*")]
    [InlineData("../x")]
    public void A_name_that_nobody_could_type_is_refused(string name)
    {
        var listing = Read($$"""{ "environments": { "{{name}}": { } } }""");
        Assert.Empty(listing.Environments);
        Assert.Same(EnvironmentErrors.ValueInvalid, Assert.Single(listing.Complaints).Definition);
    }

    [Theory]
    [InlineData("\"database\": { \"prot\": 1 }", "EnvironmentKeyUnknown", "Did you mean 'port'?")]
    [InlineData("\"databse\": { }", "EnvironmentKeyUnknown", "Did you mean 'database'?")]
    [InlineData("\"zzzzzzzz\": 1", "EnvironmentKeyUnknown", "no key 'zzzzzzzz'.")]
    [InlineData("\"queue\": { \"broker\": { \"hots\": \"h\" } }", "EnvironmentKeyUnknown", "'queue.broker.hots'.")]
    [InlineData("\"description\": 5", "EnvironmentValueInvalid", "'description' must be a text.")]
    [InlineData("\"database\": { \"port\": \"5432\" }", "EnvironmentValueInvalid", "from 1 to 65535")]
    [InlineData("\"database\": { \"port\": 54.5 }", "EnvironmentValueInvalid", "whole number")]
    [InlineData("\"database\": { \"port\": 70000 }", "EnvironmentValueInvalid", "from 1 to 65535")]
    [InlineData("\"database\": { \"sslMode\": \"Require\" }", "EnvironmentValueInvalid", "verify-full")]
    [InlineData("\"database\": []", "EnvironmentValueInvalid", "'database' must be an object")]
    [InlineData("\"database\": { \"host\": \"a\", \"host\": \"b\" }", "EnvironmentValueInvalid", "twice")]
    [InlineData("\"api\": { \"url\": \"ftp://x\" }", "EnvironmentValueInvalid", "https://")]
    [InlineData("\"cache\": { \"tls\": 1 }", "EnvironmentValueInvalid", "true or false")]
    [InlineData("\"cache\": { \"url\": \"localhost:6379\" }", "EnvironmentValueInvalid", "redis://host")]
    [InlineData("\"queue\": { \"queues\": \"celery\" }", "EnvironmentValueInvalid", "a list of texts")]
    [InlineData("\"timeoutSeconds\": 0", "EnvironmentValueInvalid", "0.1")]
    [InlineData("\"maintenanceWindow\": { \"from\": \"2am\", \"to\": \"04:00\" }", "EnvironmentValueInvalid", "02:30")]
    [InlineData("\"maintenanceWindow\": { \"from\": \"02:00\", \"to\": \"04:00\", \"timeZone\": \"Mars/Base\" }", "EnvironmentValueInvalid", "Europe/Rome")]
    [InlineData("\"maintenanceWindow\": { \"from\": \"02:00\", \"to\": \"04:00\", \"day\": \"Sonntag\" }", "EnvironmentValueInvalid", "Sunday")]
    [InlineData("\"maintenanceWindow\": { \"from\": \"02:00\" }", "EnvironmentValueMissing", "'maintenanceWindow.to' is missing")]
    [InlineData("\"services\": { }", "EnvironmentValueInvalid", "'services' must have exactly one of compose and kubernetes.")]
    [InlineData("\"services\": { \"compose\": { }, \"kubernetes\": { } }", "EnvironmentValueInvalid", "exactly one of compose and kubernetes")]
    [InlineData("\"services\": { \"kubernetes\": { \"namespce\": \"x\" } }", "EnvironmentKeyUnknown", "Did you mean 'namespace'?")]
    [InlineData("\"services\": { \"compose\": { \"host\": \"docker:2375\" } }", "EnvironmentValueInvalid", "tcp://host:2376")]
    [InlineData("\"services\": { \"compose\": { }, \"names\": { \"backend\": 1 } }", "EnvironmentValueInvalid", "'services.names' must be an object of texts")]
    [InlineData("\"api\": { }", "EnvironmentValueMissing", "'api.url' is missing")]
    [InlineData("\"thresholds\": { \"Database.Pol\": { \"degraded\": 1 } }", "ThresholdUnknown", "Did you mean 'Database.Pool' or ")]
    [InlineData("\"database\": { \"pooler\": { \"user\": \"x\", \"hst\": \"y\" } }", "EnvironmentKeyUnknown", "'database.pooler.hst'. Did you mean 'host'")]
    [InlineData("\"database\": { \"pooler\": { } }", "EnvironmentValueMissing", "'database.pooler.user'")]
    [InlineData("\"database\": { \"pooler\": { \"user\": \"x\", \"password\": \"MARKED-s3cret\" } }", "SecretInTheClear", "'database.pooler.password'")]
    [InlineData("\"database\": { \"migrations\": { \"program\": \"alembic\" } }", "EnvironmentValueMissing", "'database.migrations.folder'")]
    [InlineData("\"database\": { \"migrations\": { \"folder\": \"/srv\", \"servise\": \"backend\" } }", "EnvironmentKeyUnknown", "'database.migrations.servise'. Did you mean 'service'")]
    [InlineData("\"thresholds\": { \"Database.Pool\": { \"degrated\": 1 } }", "EnvironmentKeyUnknown", "'degraded'")]
    [InlineData("\"database\": { \"password\": \"MARKED-s3cret\" }", "SecretInTheClear", "'database.password'")]
    [InlineData("\"database\": { \"password\": 12345 }", "SecretInTheClear", "'database.password'")]
    [InlineData("\"database\": { \"url\": \"postgresql://u:MARKED-s3cret@h/d\" }", "SecretInTheClear", "'database.url'")]
    [InlineData("\"database\": { \"url\": \"postgresql://h/d?user=u&password=MARKED-s3cret\" }", "SecretInTheClear", "'database.url'")]
    [InlineData("\"database\": { \"url\": \"postgres:/u:MARKED-s3cret@h/d\" }", "SecretInTheClear", "'database.url'")]
    [InlineData("\"cache\": { \"url\": \"redis://:MARKED-s3cret@h\" }", "SecretInTheClear", "'cache.url'")]
    [InlineData("\"api\": { \"url\": \"https://u:MARKED-s3cret@h\" }", "SecretInTheClear", "'api.url'")]
    [InlineData("\"api\": { \"url\": \"https://h/?access_token=MARKED-s3cret\" }", "SecretInTheClear", "'api.url'")]
    [InlineData("\"api\": { \"url\": \"https://h\", \"adminToken\": \"MARKED-s3cret\" }", "SecretInTheClear", "'api.adminToken'")]
    [InlineData("\"storage\": { \"secretKey\": \"MARKED-s3cret\" }", "SecretInTheClear", "'storage.secretKey'")]
    [InlineData("\"timeoutSeconds\": \"MARKED-s3cret\"", "EnvironmentValueInvalid", "'timeoutSeconds'")]
    public void A_mistake_is_named_with_its_line_and_spoils_its_own_environment_only(string mistake, string id, string says)
    {
        var listing = Read($$"""
            {
              "environments": {
                "before": { "site": { "url": "https://a.example.com" } },
                "broken": {
                  "site": { "url": "https://b.example.com" },
                  {{mistake}}
                },
                "after": { "site": { "url": "https://c.example.com" } }
              }
            }
            """);
        var complaint = Assert.Single(listing.Complaints);
        Assert.Equal((id, 6, "broken"), (complaint.Definition.Id, complaint.Line, complaint.Environment));
        Assert.Contains(says, complaint.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/environments.json, line 6, column ", complaint.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, complaint.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", complaint.Message, StringComparison.Ordinal);
        Assert.Equal(["before", "after"], listing.Environments.Select(environment => environment.Name));
    }

    [Fact]
    public void Columns_count_characters()
    {
        var complaint = Assert.Single(Read("{ \"environments\": { \"a\": { \"description\": \"äöü\", \"x\": 1 } } }").Complaints);
        Assert.Equal((1, 50), (complaint.Line, complaint.Column));
    }

    [Fact]
    public void All_mistakes_are_named_at_once() =>
        Assert.Equal(3, Read("{ \"environments\": { \"a\": { \"x\": 1, \"y\": 2 }, \"b\": { \"z\": 3 } } }").Complaints.Count);

    [Fact]
    public void Of_two_with_the_same_name_neither_is_used()
    {
        var listing = Read("""
            { "environments": {
                "Lab": { },
                "other": { },
                "lab": { }
            } }
            """);
        var complaint = Assert.Single(listing.Complaints);
        Assert.Equal(("EnvironmentDuplicate", 4), (complaint.Definition.Id, complaint.Line));
        Assert.Contains("line 2", complaint.Message, StringComparison.Ordinal);
        Assert.Equal("other", Assert.Single(listing.Environments).Name);
    }

    [Theory]
    [InlineData("{\n  \"environments\": {\n    \"a\": { \"site\" }\n  }\n}", 3)]
    [InlineData("{\n  \"environments\": {", 2)]
    [InlineData("", 1)]
    [InlineData("[]", 1)]
    [InlineData("{ \"environments\": [] }", 1)]
    [InlineData("{ \"environments\": {} }\n{}", 2)]
    [InlineData("{ \"environments\": { \"a\": { \"database\": { \"password\": fMARKED-s3cret } } } }", 1)]
    [InlineData("{ \"environments\": { \"a\": { \"database\": { \"password\": \"MARKED-s3cret } } } }", 1)]
    public void A_file_broken_as_a_whole_gives_nothing_but_the_place(string text, int line)
    {
        var listing = Read(text);
        Assert.Empty(listing.Environments);
        Assert.Equal(("EnvironmentFileInvalid", line), (listing.Fatal!.Definition.Id, listing.Fatal.Line));
        Assert.DoesNotContain(Planted, listing.Fatal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_named() =>
        Assert.Equal("EnvironmentFileInvalid", EnvironmentReader.Read([.. "{ \"a"u8, 0xFF, .. "\": 1 }"u8], "f", []).Fatal!.Definition.Id);

    [Fact]
    public void A_byte_order_mark_is_no_mistake() =>
        Assert.Single(EnvironmentReader.Read([0xEF, 0xBB, 0xBF, .. "{ \"environments\": { \"a\": { } } }"u8], "f", []).Environments);

    [Theory]
    [InlineData("postgresql://ops@db:5433/civicq?sslmode=require", "db", 5433, "civicq", "ops", "require")]
    [InlineData("postgresql+asyncpg://db/civicq", "db", 5432, "civicq", null, "prefer")]
    [InlineData("postgres:///civicq?host=/var/run/postgresql", "/var/run/postgresql", 5432, "civicq", null, "prefer")]
    public void A_database_address_without_a_password_may_stand_in_the_file(string url, string host, int port, string name, string? user, string sslMode)
    {
        var database = Read($$"""{ "environments": { "a": { "database": { "url": "{{url}}" } } } }""").Environments[0].Database!;
        Assert.Null(database.Url);
        Assert.Equal((host, port, name, user, sslMode), (database.Host, database.Port, database.Name, database.User, database.SslMode));
    }

    [Fact]
    public void A_redis_address_without_a_password_may_stand_in_the_file()
    {
        var cache = Read("""{ "environments": { "a": { "cache": { "url": "rediss://redis:6380/2", "password": "env:P" } } } }""").Environments[0].Cache!;
        Assert.Equal(("redis", 6380, 2, true, "env:P"), (cache.Host, cache.Port, cache.Database, cache.Tls, cache.Password!.ToString()));
    }

    private static EnvironmentListing Read(string text) => EnvironmentReader.Read(Encoding.UTF8.GetBytes(text), "/etc/environments.json", ThresholdSet.Names);

    private static List<string> Leaves(JsonElement element, string path = "") => element.ValueKind == JsonValueKind.Object
        ? [.. element.EnumerateObject().SelectMany(member => Leaves(member.Value, $"{path}.{member.Name}")).Order(StringComparer.Ordinal)]
        : [path];

    private static void Collect(JsonElement schema, JsonElement definition, string path, SortedDictionary<string, string> result)
    {
        if (definition.TryGetProperty("$ref", out var reference))
        {
            definition = schema.GetProperty("definitions").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (definition.TryGetProperty("properties", out var properties))
        {
            Assert.False(definition.GetProperty("additionalProperties").GetBoolean());
            result.Add(path, string.Join(' ', properties.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
            foreach (var member in properties.EnumerateObject())
            {
                Collect(schema, member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", result);
            }
        }
        else if (definition.TryGetProperty("additionalProperties", out var each))
        {
            Collect(schema, each, path + ".*", result);
        }
    }
}
