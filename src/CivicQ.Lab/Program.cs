using System.Net;
using System.Text.Json;
using CivicQ.Lab;
using Npgsql;
using StackExchange.Redis;

if (args is ["hold", var file])
{
    var hold = HoldSettings.Read(file);
    Detachment.Detach(hold.OutputLog);
    await SessionHolder.RunAsync(hold).ConfigureAwait(false);
    return 0;
}

if (args.Length != 1)
{
    await Console.Error.WriteLineAsync("Usage: dotnet CivicQ.Lab.dll [hold] SETTINGS.json (started by Start-CivicQLab, and by drills)").ConfigureAwait(false);
    return 2;
}

var settings = LabSettings.Read(args[0]);
Detachment.Detach(settings.OutputLog);

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = settings.Folder });
builder.Logging.ClearProviders();
builder.Logging.AddProvider(new PythonLoggerProvider(new LineWriter(settings.ApplicationLog)));
builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
var certificate = new ServedCertificate(settings.Certificate, settings.CertificateKey);
builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, settings.HttpPort);
    kestrel.Listen(IPAddress.Loopback, settings.HttpsPort, listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current));
});

var redisOptions = ConfigurationOptions.Parse(settings.Redis);
redisOptions.Password = settings.RedisPassword;
redisOptions.AbortOnConnectFail = false;
redisOptions.AllowAdmin = true;
redisOptions.ConnectTimeout = 2000;
redisOptions.SyncTimeout = 2000;
redisOptions.ClientName = "civicq-api";
await using var database = NpgsqlDataSource.Create(settings.Database);
using var redis = await ConnectionMultiplexer.ConnectAsync(redisOptions).ConfigureAwait(false);

await using var app = builder.Build();
var log = app.Services.GetRequiredService<ILoggerFactory>();
var metrics = new RequestMetrics();
var access = new AccessLog(new LineWriter(settings.AccessLog), metrics);
var faults = new FaultSwitch(settings.AdminToken, log.CreateLogger("app.main"));
var celery = new CeleryControl(redis, settings.Queues);
var health = new HealthEndpoints(database, redis, celery, faults, log.CreateLogger("app.api.health"));
app.Use(access.InvokeAsync);
app.UseExceptionHandler(errors => errors.Run(context => context.Response.WriteAsJsonAsync(new { detail = "Internal Server Error" }, context.RequestAborted)));
app.Use(faults.InvokeAsync);
app.UseRouting();
health.Map(app);
new ContentEndpoints(database, redis).Map(app);
app.MapGet("/metrics", new MetricsEndpoint(metrics, health, celery).GetAsync);
app.MapPost("/lab/fault", faults.Set);

await app.StartAsync().ConfigureAwait(false);
log.CreateLogger("app.main").LogInformation("CivicQ API 1.0.0 started");
var ports = app.Urls.Select(address => new Uri(address)).ToDictionary(address => address.Scheme, address => address.Port);

// The first request of each kind pays for this process's own compilation; nobody should take that for a slow CivicQ.
using (var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, served, _, _) => certificate.Current.Equals(served) } })
{
    BaseAddress = new UriBuilder("http", "127.0.0.1", ports["http"]).Uri,
})
{
    client.DefaultRequestHeaders.Authorization = new("Bearer", settings.AdminToken);
    string[] paths = ["/", "/health", "/health/db", "/health/celery", "/api/v1/admin/health", "/metrics"];
    await Task.WhenAll(paths.Select(path => client.GetAsync(new Uri(path, UriKind.Relative)))).ConfigureAwait(false);
    await client.GetAsync(new UriBuilder("https", "127.0.0.1", ports["https"], "health").Uri).ConfigureAwait(false);
    metrics.Clear();
}

// The starter waits for this file, so it appears complete.
var ready = Path.Combine(settings.Folder, "api.ready.json");
await File.WriteAllTextAsync(ready + ".new", JsonSerializer.Serialize(
    new { processId = Environment.ProcessId, httpPort = ports["http"], httpsPort = ports["https"] })).ConfigureAwait(false);
File.Move(ready + ".new", ready, overwrite: true);
await app.WaitForShutdownAsync().ConfigureAwait(false);
return 0;
