namespace Orleans.Runtime;

/// <summary>The reminder table refuses a change, because another one came first.</summary>
public sealed class ReminderException(string message) : OrleansException(message);
