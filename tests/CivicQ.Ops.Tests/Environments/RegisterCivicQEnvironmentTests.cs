using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class RegisterCivicQEnvironmentTests : IDisposable
{
    private const string Secret = "PLANTED-register-4711";
    private readonly Workspace work = new();

    private JsonNode Written(string name) => JsonNode.Parse(File.ReadAllText(work.ConfigFile))!["environments"]![name]!;

    [Fact]
    public void Every_parameter_arrives_in_the_file()
    {
        var result = work.Run(
            "Register-CivicQEnvironment prod -Description 'The real one' -ApiUrl https://api.example/ -ApiToken env:TOKEN -SiteUrl https://www.example/ " +
            "-DatabaseHost db -DatabasePort 5433 -DatabaseName civicq -DatabaseUser ops -DatabasePassword env:PGPASSWORD -DatabaseSslMode verify-full " +
            "-PoolerHost bouncer -PoolerPort 6433 -PoolerUser stats -PoolerPassword env:POOLER -MigrationFolder /srv/civicq -MigrationProgram /srv/venv/bin/alembic " +
            "-CacheHost cache -CachePort 6380 -CachePassword file:/run/secrets/cache -BrokerUrl redis://broker:6379/1 -Queue celery, video " +
            "-Bucket media, backups -StorageEndpoint https://s3.example/ -StorageRegion auto -StoragePathStyle -StorageAccessKey env:S3_ACCESS -StorageSecretKey secret:vault/s3 -CertificateAuthority /etc/ca.pem -TimeoutSeconds 2.5 -PassThru -Confirm:$false");
        Assert.Equal(["prod"], result.Texts("Name"));
        var expected = JsonNode.Parse("""
            {
              "description": "The real one",
              "api": {"url": "https://api.example/", "adminToken": "env:TOKEN"},
              "site": {"url": "https://www.example/"},
              "database": {"host": "db", "port": 5433, "name": "civicq", "user": "ops", "password": "env:PGPASSWORD", "sslMode": "verify-full",
                "pooler": {"host": "bouncer", "port": 6433, "user": "stats", "password": "env:POOLER"}, "migrations": {"folder": "/srv/civicq", "program": "/srv/venv/bin/alembic"}},
              "cache": {"host": "cache", "port": 6380, "password": "file:/run/secrets/cache"},
              "queue": {"broker": {"url": "redis://broker:6379/1"}, "queues": ["celery", "video"]},
              "storage": {"buckets": ["media", "backups"], "endpoint": "https://s3.example/", "region": "auto", "pathStyle": true, "accessKey": "env:S3_ACCESS", "secretKey": "secret:vault/s3"},
              "tls": {"certificateAuthority": "/etc/ca.pem"},
              "timeoutSeconds": 2.5
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, Written("prod")), Written("prod").ToJsonString());
        Assert.Equal(["prod"], work.Run("Get-CivicQEnvironment prod").Texts("Name"));
    }

    [Fact]
    public void A_context_of_the_docker_CLI_is_written_and_used()
    {
        work.Run("Register-CivicQEnvironment remote -ComposeProject shop -DockerContext nonesuch -Confirm:$false");
        Assert.Equal("""{"project":"shop","context":"nonesuch"}""", Written("remote")["services"]!["compose"]!.ToJsonString());
        var error = Assert.Single(work.Invoke("Get-CivicQService -Environment remote").Errors);
        Assert.StartsWith("DockerContextInvalid", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("nonesuch", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_within_a_service_stays_as_it_is()
    {
        work.Run("Register-CivicQEnvironment prod -DatabaseUrl env:DATABASE_URL -ComposeProject shop -MigrationService backend -MigrationFolder /srv/./app -Confirm:$false");
        Assert.Equal("""{"service":"backend","folder":"/srv/./app"}""", Written("prod")["database"]!["migrations"]!.ToJsonString());
        work.Run("Get-CivicQEnvironment prod | Register-CivicQEnvironment copy -Confirm:$false");
        Assert.True(JsonNode.DeepEquals(Written("prod"), Written("copy")), Written("copy").ToJsonString());
    }

    [Fact]
    public void Places_of_backups_are_written_with_full_paths()
    {
        work.Run("Register-CivicQEnvironment safe -Bucket keep -BackupFolder /var/./backups -BackupBucket keep -BackupPrefix prod/ -BackupService postgres -WalArchive /var/backups/../wal -Confirm:$false");
        Assert.Equal("""{"folder":"/var/backups","bucket":"keep","prefix":"prod/","service":"postgres","walArchive":"/var/wal"}""", Written("safe")["backups"]!.ToJsonString());
        work.Invoke("Register-CivicQEnvironment wrong -BackupFolder /x -BackupPrefix prod -Confirm:$false").Failed("EnvironmentValueInvalid");
    }

    [Fact]
    public void Addresses_and_references_to_addresses_are_taken()
    {
        work.Run("Register-CivicQEnvironment plain -DatabaseUrl postgresql://ops@db:5433/civicq -CacheUrl redis://cache:6380/1 -Confirm:$false");
        work.Run("Register-CivicQEnvironment reference -DatabaseUrl env:DATABASE_URL -CacheUrl secret:vault/cache -BrokerUrl env:BROKER -Confirm:$false");
        Assert.Equal("postgresql://ops@db:5433/civicq", Written("plain")["database"]!["url"]!.GetValue<string>());
        Assert.Equal(
            ["env:DATABASE_URL", "secret:vault/cache", "env:BROKER"],
            (IEnumerable<string>)work.Run("Get-CivicQEnvironment reference").Output[0]!.Get("Secrets")!);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_file_and_its_folder_are_their_owner_s_alone()
    {
        work.Run("Register-CivicQEnvironment prod -SiteUrl https://www.example -Confirm:$false");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(work.ConfigFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(work.ConfigFile)!));
    }

    [Fact]
    public void A_whole_definition_is_copied_under_another_name()
    {
        work.Configure(("prod", """{"site": {"url": "https://www.example/"}, "cache": {"host": "cache", "password": "env:X"}, "timeoutSeconds": 7}"""));
        Assert.Equal(["copy"], work.Run("Get-CivicQEnvironment prod | Register-CivicQEnvironment copy -PassThru -Confirm:$false").Texts("Name"));
        Assert.True(JsonNode.DeepEquals(Written("prod"), Written("copy")), Written("copy").ToJsonString());
        var definition = work.Run("Get-CivicQEnvironment prod").Output[0]!.Get("Definition");
        Assert.Equal(["again"], work.Session.Invoke("Register-CivicQEnvironment again -PassThru -Confirm:$false", [definition]).Texts("Name"));
    }

    [Fact]
    public void Force_replaces_one_and_leaves_every_other_byte()
    {
        work.Configure(("prod", """{"site": {"url": "https://old.example"}}"""), ("stage", """{"site": {"url": "https://stage.example"} /* ours */}"""));
        var before = work.Snapshot();
        var refused = work.Invoke("Register-CivicQEnvironment PROD -SiteUrl https://new.example -Confirm:$false");
        refused.Failed("EnvironmentExists");
        Assert.Equal("PROD", refused.Errors[0].TargetObject);
        Assert.Equal(before, work.Snapshot());
        work.Run("Register-CivicQEnvironment prod -SiteUrl https://new.example -Force -Confirm:$false");
        Assert.Contains("https://new.example", File.ReadAllText(work.ConfigFile), StringComparison.Ordinal);
        Assert.DoesNotContain("https://old.example", File.ReadAllText(work.ConfigFile), StringComparison.Ordinal);
        Assert.Contains("/* ours */", File.ReadAllText(work.ConfigFile), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_says_it_and_changes_nothing()
    {
        work.Configure(("prod", """{"site": {"url": "https://old.example"}}"""));
        var before = work.Snapshot();
        Assert.Equal(
            [$"What if: Performing the operation \"Register\" on target \"environment 'new' in {work.ConfigFile}\"."],
            work.Run("Register-CivicQEnvironment new -SiteUrl https://www.example -WhatIf -PassThru").WhatIf);
        Assert.Equal(
            [$"What if: Performing the operation \"Replace\" on target \"environment 'prod' in {work.ConfigFile}\"."],
            work.Run("Register-CivicQEnvironment prod -SiteUrl https://www.example -Force -WhatIf").WhatIf);
        Assert.Equal(before, work.Snapshot());
    }

    [Theory]
    [InlineData(ConfirmationAnswer.Yes, 1)]
    [InlineData(ConfirmationAnswer.No, 0)]
    public void Confirm_asks_and_does_what_was_answered(ConfirmationAnswer answer, int entries)
    {
        var sink = new TestSink { Answer = _ => answer };
        var result = work.Session.Invoke("Register-CivicQEnvironment prod -SiteUrl https://www.example -Confirm", sink: sink);
        Assert.Empty(result.Errors);
        Assert.Single(sink.Questions);
        Assert.Equal(entries == 1, File.Exists(work.ConfigFile));
        Assert.Equal(entries, work.JournalLines.Count);
    }

    [Theory]
    [InlineData("-DatabasePassword " + Secret, "SecretInTheClear")]
    [InlineData("-CacheHost c -CachePassword " + Secret, "SecretInTheClear")]
    [InlineData("-ApiUrl https://a.example -ApiToken " + Secret, "SecretInTheClear")]
    [InlineData("-DatabaseUrl postgresql://ops:" + Secret + "@db/civicq", "SecretInTheClear")]
    [InlineData("-CacheUrl redis://:" + Secret + "@cache:6379", "SecretInTheClear")]
    [InlineData("-BrokerUrl redis://:" + Secret + "@cache:6379", "SecretInTheClear")]
    [InlineData("-Bucket b -StorageAccessKey env:A -StorageSecretKey " + Secret, "SecretInTheClear")]
    [InlineData("-Bucket b -StorageAccessKey " + Secret + " -StorageSecretKey env:B", "SecretInTheClear")]
    [InlineData("-ApiUrl https://ops:" + Secret + "@api.example", "SecretInTheClear")]
    public void A_secret_in_the_clear_is_refused_and_repeated_nowhere(string parameters, string id)
    {
        var result = work.Invoke($"Register-CivicQEnvironment prod {parameters} -Verbose -Debug -Confirm:$false");
        result.Failed(id);
        Assert.DoesNotContain(Secret, result.Everything(), StringComparison.Ordinal);
        Assert.Equal("", work.Snapshot());
    }

    [Theory]
    [InlineData("'a name' -SiteUrl https://www.example", "EnvironmentValueInvalid")]
    [InlineData("prod -SiteUrl ftp://www.example", "EnvironmentValueInvalid")]
    [InlineData("prod -ApiToken env:X", "EnvironmentValueMissing")]
    public void A_wrong_value_is_refused(string parameters, string id)
    {
        work.Invoke($"Register-CivicQEnvironment {parameters} -Confirm:$false").Failed(id);
        Assert.Equal("", work.Snapshot());
    }

    [Theory]
    [InlineData("prod -DatabasePort 0")]
    [InlineData("prod -CachePort 65536")]
    [InlineData("prod -DatabaseSslMode Require")]
    [InlineData("prod -TimeoutSeconds 0")]
    [InlineData("-SiteUrl https://www.example")]
    [InlineData("''")]
    public void A_wrong_command_line_runs_nothing(string parameters)
    {
        Assert.Equal(ExitCodes.Usage, work.Invoke($"Register-CivicQEnvironment {parameters} -Confirm:$false").ExitCode);
        Assert.Equal("", work.Snapshot());
    }

    [Fact]
    public void A_broken_file_is_left_to_a_person()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(work.ConfigFile)!);
        File.WriteAllText(work.ConfigFile, "{\"environments\": ");
        var before = work.Snapshot();
        work.Invoke("Register-CivicQEnvironment prod -SiteUrl https://www.example -Force -Confirm:$false").Failed("EnvironmentFileInvalid");
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_says_so()
    {
        File.WriteAllText(Path.Combine(work.Folder, "config"), "in the way");
        work.Invoke("Register-CivicQEnvironment prod -SiteUrl https://www.example -Confirm:$false").Failed("EnvironmentFileNotWritten");
        Assert.Equal(["Failed"], work.Entries().Select(entry => entry.Text("Outcome")));
    }

    [Fact]
    public void Stopped_before_it_began_it_writes_nothing()
    {
        Assert.True(work.Invoke("Register-CivicQEnvironment prod -SiteUrl https://www.example -Confirm:$false", new CancellationToken(canceled: true)).Stopped);
        Assert.Equal("", work.Snapshot());
    }

    public void Dispose() => work.Dispose();
}
