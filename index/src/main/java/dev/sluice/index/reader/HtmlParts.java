package dev.sluice.index.reader;

import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;

/** Which parts of a page are not its text. */
final class HtmlParts {

  private static final Set<String> NEVER_TEXT =
      Set.of(
          "head",
          "script",
          "style",
          "template",
          "noscript",
          "iframe",
          "object",
          "embed",
          "svg",
          "canvas",
          "audio",
          "video",
          "map",
          "button",
          "input",
          "select",
          "textarea",
          "datalist",
          "option",
          "optgroup",
          "progress",
          "meter",
          "dialog");

  private static final Set<String> NAVIGATION_TAGS = Set.of("nav", "footer", "aside");

  private static final Set<String> NAVIGATION_ROLES =
      Set.of("navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar");

  /** Names that the page generators give: DocBook, Sphinx, javadoc, Doxygen, MkDocs, Bootstrap. */
  private static final Set<String> NAVIGATION_CLASSES =
      Set.of(
          "navheader",
          "navfooter",
          "toc",
          "nav",
          "navbar",
          "navigation",
          "breadcrumb",
          "breadcrumbs",
          "sphinxsidebar",
          "skip-link",
          "skip-nav",
          "site-footer",
          "page-footer",
          "top-nav",
          "sub-nav",
          "bottom-nav",
          "nav-path");

  /** Links beside a heading for people to copy. */
  private static final Set<String> ANCHOR_SIGNS = Set.of("#", "¶", "§", "🔗", "∞");

  private HtmlParts() {}

  static boolean isLeftOut(Element element, boolean withNavigation) {
    String name = element.normalName();
    if (NEVER_TEXT.contains(name)
        || element.hasAttr("hidden")
        || element.attr("aria-hidden").equals("true")
        || (name.equals("a") && isAnchor(element))) {
      return true;
    }
    return !withNavigation && isNavigation(element, name);
  }

  private static boolean isNavigation(Element element, String name) {
    if (NAVIGATION_TAGS.contains(name)) {
      return true;
    }
    String role = element.attr("role");
    String classes = element.attr("class");
    return (!role.isEmpty() && hasAny(role, NAVIGATION_ROLES))
        || (!classes.isEmpty() && hasAny(classes, NAVIGATION_CLASSES));
  }

  private static boolean isAnchor(Element link) {
    return link.childNodeSize() == 1 && ANCHOR_SIGNS.contains(link.ownText().strip());
  }

  /** Whether one of the words of an attribute is among those given. */
  static boolean hasAny(String attribute, Set<String> words) {
    for (String word : attribute.toLowerCase(Locale.ROOT).split("\\s+")) {
      if (words.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
