// The fault of a service that has not enough.

public class Refused extends Exception {
    private String sku;
    private int left;

    public String getSku() { return sku; }
    public void setSku(String value) { sku = value; }
    public int getLeft() { return left; }
    public void setLeft(int value) { left = value; }
}
