// The marker interfaces of grain contracts together in one file: each is a line.
using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain contract.</summary>
public interface IGrain : IAddressable;

/// <summary>A contract of grains that are keyed by a text.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>A contract of grains that are keyed by an integer.</summary>
public interface IGrainWithIntegerKey : IGrain;

/// <summary>A contract of grains that are keyed by a Guid.</summary>
public interface IGrainWithGuidKey : IGrain;

/// <summary>A contract of objects outside grains that grains may call: see <see cref="IGrainFactory.CreateObjectReference"/>.</summary>
public interface IGrainObserver : IAddressable;
