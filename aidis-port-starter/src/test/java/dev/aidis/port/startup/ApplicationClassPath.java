package dev.aidis.port.startup;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The libraries that an application has which depends on some of Spring Boot's starters,
 * and nothing of what only these tests have. They are found by the POMs that stand beside
 * the JARs of a class path in Maven's repository.
 */
final class ApplicationClassPath {

	private final Map<String, Path> jars = new LinkedHashMap<>();

	/**
	 * Create a new class path.
	 * @param classPath one that has at least the wanted libraries
	 */
	ApplicationClassPath(String classPath) {
		for (String element : classPath.split(File.pathSeparator)) {
			if (element.endsWith(".jar")) {
				// …/<artifact>/<version>/<artifact>-<version>.jar
				Path jar = Path.of(element).toAbsolutePath();
				this.jars.put(jar.getName(jar.getNameCount() - 3).toString(), jar);
			}
		}
	}

	/**
	 * Find the libraries of some starters.
	 * @param starters the artifacts
	 * @return the JARs of these and of all that they depend on
	 * @throws IOException if one is not there, or a POM cannot be read
	 */
	List<Path> of(String... starters) throws IOException {
		Set<String> found = new LinkedHashSet<>(List.of(starters));
		Deque<String> left = new ArrayDeque<>(found);
		while (!left.isEmpty()) {
			for (String dependency : dependencies(left.remove())) {
				if (this.jars.containsKey(dependency) && found.add(dependency)) {
					left.add(dependency);
				}
			}
		}
		return found.stream().map(this.jars::get).toList();
	}

	private List<String> dependencies(String artifact) throws IOException {
		Path jar = this.jars.get(artifact);
		if (jar == null) {
			throw new IOException("The class path has no " + artifact);
		}
		Path pom = jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".pom"));
		List<String> dependencies = new ArrayList<>();
		for (Element parts : children(pom, "dependencies")) {
			for (Element dependency : children(parts, "dependency")) {
				if (Set.of("", "compile", "runtime").contains(text(dependency, "scope"))
						&& !text(dependency, "optional").equals("true")) {
					dependencies.add(text(dependency, "artifactId"));
				}
			}
		}
		return dependencies;
	}

	private static List<Element> children(Path pom, String name) throws IOException {
		try {
			return children(
					DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement(),
					name);
		}
		catch (ParserConfigurationException | SAXException ex) {
			throw new IOException("Cannot read " + pom, ex);
		}
	}

	private static List<Element> children(Element parent, String name) {
		List<Element> children = new ArrayList<>();
		NodeList nodes = parent.getChildNodes();
		for (int i = 0; i < nodes.getLength(); i++) {
			Node node = nodes.item(i);
			if (node instanceof Element element && element.getTagName().equals(name)) {
				children.add(element);
			}
		}
		return children;
	}

	private static String text(Element parent, String name) {
		return children(parent, name).stream()
			.findFirst()
			.map((element) -> element.getTextContent().strip())
			.orElse("");
	}

	/**
	 * Make a JAR of some classes, as users have it.
	 * @param jar the JAR
	 * @param root the folder where the classes' packages begin
	 * @param files the files in it
	 */
	static void pack(Path jar, Path root, List<Path> files) throws IOException {
		try (OutputStream output = Files.newOutputStream(jar); JarOutputStream archive = new JarOutputStream(output)) {
			for (Path file : files) {
				archive.putNextEntry(new JarEntry(root.relativize(file).toString().replace(File.separatorChar, '/')));
				Files.copy(file, archive);
				archive.closeEntry();
			}
		}
	}

	/**
	 * Return the files below a folder.
	 */
	static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
	}

}
