package dev.sluice.cli;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.hub.HubName;
import dev.sluice.inference.hub.HubOptions;
import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Names of models on a hub; the address of a hub is read by {@link Address}. */
final class HubNameOption implements ITypeConverter<HubName> {
  @Override
  public HubName convert(String text) {
    return HubName.find(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected OWNER/NAME or OWNER/NAME@REVISION, got '" + text + "'"));
  }

  /** Addresses of hubs. */
  static final class Address implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
      try {
        return HubOptions.address("the address", text);
      } catch (InvalidInputException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
