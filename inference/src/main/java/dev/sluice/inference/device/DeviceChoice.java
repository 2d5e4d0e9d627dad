package dev.sluice.inference.device;

import java.util.List;

/**
 * How a model is run on this machine, and what else there was.
 *
 * @param used what runs it
 * @param reason why, for people
 * @param alternatives the other profiles for such a model
 */
public record DeviceChoice(DeviceProfile used, String reason, List<Alternative> alternatives) {

  public DeviceChoice {
    alternatives = List.copyOf(alternatives);
  }

  /**
   * A profile that is not used.
   *
   * @param profile as it would be used, if it can be
   * @param problem why it cannot be used; empty if it can
   */
  public record Alternative(DeviceProfile profile, String problem) {}
}
