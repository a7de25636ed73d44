using System.Globalization;

namespace CivicQ.Lab;

/// <summary>Logs as CivicQ's backend does, in the format of Python's logging: <c>2026-11-22 09:00:00,123 INFO [app.main] …</c></summary>
/// <param name="writer">The file.</param>
internal sealed class PythonLoggerProvider(LineWriter writer) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new PythonLogger(writer, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class PythonLogger(LineWriter writer, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = logLevel switch
            {
                LogLevel.Critical => "CRITICAL",
                LogLevel.Error => "ERROR",
                LogLevel.Warning => "WARNING",
                LogLevel.Information => "INFO",
                _ => "DEBUG",
            };
            var time = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
            var cause = exception is null ? "" : $": {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
            writer.Write($"{time} {level} [{name}] {formatter(state, exception)}{cause}");
        }
    }
}
