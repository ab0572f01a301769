namespace Orleans.Hosting;

/// <summary>Configures a client of a silo in another process, which the stand-in does not have.</summary>
public interface IClientBuilder;
